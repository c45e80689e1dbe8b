#include "surface_distances.hpp"

#include <array>

#include "distance_field.hpp"
#include "marching_cubes.hpp"

namespace oncometry {
namespace {

using Marks = std::vector<std::uint8_t>;

// Corners of a marching cube by row (k, j) = 00, 01, 10, 11: on its side of low i and on that of high i.
constexpr int kLow[4] = {0, 3, 4, 7}, kHigh[4] = {1, 2, 5, 6};

unsigned side(unsigned rows, const int corners[4]) {
    unsigned bits = 0;
    for (int r = 0; r < 4; ++r) bits |= (rows >> r & 1U) << corners[r];
    return bits;
}

int corners_in(int configuration) {
    int count = 0;
    for (int bit = 0; bit < 8; ++bit) count += configuration >> bit & 1;
    return count;
}

Marks border_voxels(const std::uint8_t* mask, Shape shape) {
    Marks marks(shape.size());
    const std::size_t row = std::size_t(shape.i), plane = row * std::size_t(shape.j);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            const std::size_t start = k * plane + j * row;
            const bool edge = k == 0 || j == 0 || k + 1 == shape.k || j + 1 == shape.j;
            for (int i = 0; i < shape.i; ++i) {
                const std::uint8_t* at = mask + start + i;
                if (*at == 0) continue;
                const bool inner = !edge && i > 0 && i + 1 < shape.i && at[1] && *(at - 1) && at[row] &&
                                   *(at - row) && at[plane] && *(at - plane);
                marks[start + i] = inner ? 0 : 1;
            }
        }
    }
    return marks;
}

// The configuration of each cube that the surface cuts, else 0. Cube (k, j, i) lies between voxels k - 1 and k, ...
Marks cut_cubes(const std::uint8_t* mask, Shape shape) {
    const Shape cubes{shape.k + 1, shape.j + 1, shape.i + 1};
    std::array<std::uint8_t, 16> low{}, high{};
    for (unsigned rows = 0; rows < 16; ++rows) {
        low[rows] = std::uint8_t(side(rows, kLow));
        high[rows] = std::uint8_t(side(rows, kHigh));
    }
    Marks marks(cubes.size());
    std::size_t n = 0;
    for (int k = 0; k < cubes.k; ++k) {
        for (int j = 0; j < cubes.j; ++j) {
            const std::uint8_t* rows[4];
            for (int r = 0; r < 4; ++r) {
                const int at_k = k - 1 + r / 2, at_j = j - 1 + r % 2;
                const bool there = at_k >= 0 && at_j >= 0 && at_k < shape.k && at_j < shape.j;
                rows[r] = there ? mask + (std::size_t(at_k) * shape.j + at_j) * shape.i : nullptr;
            }
            unsigned before = 0;
            for (int i = 0; i < cubes.i; ++i) {
                unsigned now = 0;
                for (unsigned r = 0; r < 4; ++r) now |= unsigned(i < shape.i && rows[r] && rows[r][i]) << r;
                const int configuration = low[before] | high[now];
                marks[n++] = configuration == 255 ? 0 : std::uint8_t(configuration);
                before = now;
            }
        }
    }
    return marks;
}

// Areas of the configurations. Where a face is ambiguous the corners that are fewer are kept apart, whether inside or
// outside: the table of surfaces then says the same of a region and of what is around it, as S. Nikolov et al.,
// doi:10.2196/26151, weigh their surface elements.
std::array<double, 256> areas(const double spacing[3]) {
    std::array<double, 256> found{};
    for (int c = 0; c < 256; ++c) {
        found[std::size_t(c)] = cube_area(corners_in(c) > 4 ? 255 - c : c, spacing, CubeRule::closed);
    }
    return found;
}

std::vector<double> weights_of(const Marks& marks, SurfaceElement element, const double spacing[3]) {
    std::array<double, 256> weight;
    weight.fill(1.0);
    if (element == SurfaceElement::surfels) weight = areas(spacing);
    std::vector<double> weights;
    for (const std::uint8_t mark : marks) {
        if (mark != 0) weights.push_back(weight[mark]);
    }
    return weights;
}

}  // namespace

std::pair<SurfaceDistances, SurfaceDistances> surface_distances(const std::uint8_t* first, const std::uint8_t* second,
                                                                Shape shape, const double spacing[3],
                                                                SurfaceElement element, int threads) {
    const bool surfels = element == SurfaceElement::surfels;
    const auto marks_of = surfels ? cut_cubes : border_voxels;
    const Shape places = surfels ? Shape{shape.k + 1, shape.j + 1, shape.i + 1} : shape;
    const Marks a = marks_of(first, shape), b = marks_of(second, shape);
    return {{nearest_distances(b, a, places, spacing, threads), weights_of(a, element, spacing)},
            {nearest_distances(a, b, places, spacing, threads), weights_of(b, element, spacing)}};
}

}  // namespace oncometry
