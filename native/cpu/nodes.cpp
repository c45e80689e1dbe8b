#include <algorithm>
#include <cmath>

#include "mesh_build.hpp"

namespace oncometry {
namespace {

// Convolves one line with a Gaussian; beyond its ends the last value goes on.
void smooth_line(const std::vector<float>& line, const std::vector<float>& kernel, std::vector<float>& out) {
    const int size = int(line.size()), radius = int(kernel.size()) / 2;
    for (int x = 0; x < size; ++x) {
        float sum = 0.0F;
        for (int d = -radius; d <= radius; ++d) {
            sum += kernel[std::size_t(d + radius)] * line[std::size_t(std::clamp(x + d, 0, size - 1))];
        }
        out[std::size_t(x)] = sum;
    }
}

// One axis of the separable Gaussian, in place. lines: how many along each of the other axes.
void smooth_axis(std::vector<float>& values, Shape shape, int axis, double sigma) {
    if (sigma <= 0.0) return;
    const int radius = int(std::ceil(3.0 * sigma));
    std::vector<float> kernel;
    double sum = 0.0;
    for (int d = -radius; d <= radius; ++d) sum += std::exp(-0.5 * d * d / (sigma * sigma));
    for (int d = -radius; d <= radius; ++d) kernel.push_back(float(std::exp(-0.5 * d * d / (sigma * sigma)) / sum));
    const std::size_t steps[3] = {1, std::size_t(shape.i), std::size_t(shape.i) * std::size_t(shape.j)};
    const int sizes[3] = {shape.i, shape.j, shape.k};
    const int u = axis == 0 ? 1 : 0, v = axis == 2 ? 1 : 2;
    std::vector<float> line(std::size_t(sizes[axis])), out(line.size());
    for (int a = 0; a < sizes[v]; ++a) {
        for (int b = 0; b < sizes[u]; ++b) {
            float* first = values.data() + a * steps[v] + b * steps[u];
            bool constant = true;
            for (int x = 0; x < sizes[axis]; ++x) {
                line[std::size_t(x)] = first[x * steps[axis]];
                constant = constant && line[std::size_t(x)] == line[0];
            }
            if (constant) continue;
            smooth_line(line, kernel, out);
            for (int x = 0; x < sizes[axis]; ++x) first[x * steps[axis]] = out[std::size_t(x)];
        }
    }
}

}  // namespace

bool Nodes::on_ring(std::size_t node) const {
    const int i = int(node % shape.i), j = int(node / shape.i % shape.j), k = int(node / shape.i / shape.j);
    return i == 0 || j == 0 || k == 0 || i == shape.i - 1 || j == shape.j - 1 || k == shape.k - 1;
}

Nodes smooth_nodes(const std::uint8_t* mask, const float* field, Shape shape, const double sigma[3]) {
    std::vector<float> values(shape.size());
    if (field != nullptr) {
        std::copy(field, field + shape.size(), values.begin());
    } else {
        std::transform(mask, mask + shape.size(), values.begin(), [](std::uint8_t m) { return m ? 1.0F : 0.0F; });
        for (int axis = 0; axis < 3; ++axis) smooth_axis(values, shape, axis, sigma[axis]);
    }
    Nodes nodes;
    nodes.shape = {shape.k + 2, shape.j + 2, shape.i + 2};
    nodes.inside.assign(nodes.shape.size(), 0);
    nodes.field.assign(nodes.shape.size(), 0.0F);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            const std::size_t from = (std::size_t(k) * shape.j + j) * shape.i;
            const std::size_t to = (std::size_t(k + 1) * nodes.shape.j + j + 1) * nodes.shape.i + 1;
            for (int i = 0; i < shape.i; ++i) {
                nodes.inside[to + i] = mask[from + i] != 0;
                nodes.field[to + i] = values[from + i];
            }
        }
    }
    return nodes;
}

}  // namespace oncometry
