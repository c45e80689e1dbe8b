#include "outline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "smooth.hpp"

namespace oncometry {
namespace {

constexpr double kMargin = 0.02;  // a field is crossed no nearer to a pixel center

Moments pixel_moments(const double (&sums)[6], int x0, int y0) {
    const double x = sums[1] / sums[0], y = sums[2] / sums[0];
    return {sums[0], {x + x0, y + y0}, sums[3] / sums[0] - x * x, sums[4] / sums[0] - x * y,
            sums[5] / sums[0] - y * y};
}

}  // namespace

void Patch::reset(int box_width, int box_height) {
    width = box_width;
    height = box_height;
    inside.assign(std::size_t(width + 2) * std::size_t(height + 2), 0);
    field.clear();
}

// Where edge 2 n (node n along x) or 2 n + 1 (along y) is crossed. Pixel faces across x add to sums_: by
// Green's theorem those of a polygon sum over the pixels that it encloses.
Point OutlineTracer::crossing(const Patch& patch, int edge) {
    const int width = patch.width + 2, height = patch.height + 2;
    int node = edge / 2, other = node + (edge % 2 == 0 ? 1 : width);
    if (!patch.inside[std::size_t(node)]) std::swap(node, other);
    const int x = node % width, y = node / width, ox = other % width, oy = other / width;
    const double side = ox - x, face = x + 0.5 * side;
    const double terms[6] = {face, face * face / 2.0, face * y, face * face * face / 3.0,
                             face * face * y / 2.0, face * (y * y + 1.0 / 12.0)};
    for (int term = 0; term < 6; ++term) sums_[term] += side * terms[term];
    const bool beyond = (ox == 0 && patch.low_x) || (ox == width - 1 && patch.high_x) ||
                        (oy == 0 && patch.low_y) || (oy == height - 1 && patch.high_y);
    double t = 0.5;
    if (!patch.field.empty() && !beyond) {
        const double in = patch.field[std::size_t(node)], out = patch.field[std::size_t(other)];
        if (in > out) t = std::clamp((in - 0.5) / (in - out), kMargin, 1.0 - kMargin);
    }
    return {x - 1 + patch.x0 + t * (ox - x), y - 1 + patch.y0 + t * (oy - y)};
}

// Chains the crossed edges into closed polygons, cell by cell, inside on the left.
void OutlineTracer::link(const Patch& patch) {
    const int width = patch.width + 2, height = patch.height + 2;
    next_.assign(std::size_t(2) * width * height, -1);
    const std::uint8_t* inside = patch.inside.data();
    for (int y = 0; y + 1 < height; ++y) {
        for (int x = 0; x + 1 < width; ++x) {
            const int n = y * width + x;
            // counterclockwise: four corners, the edge after each
            const bool corners[4] = {inside[n] != 0, inside[n + 1] != 0, inside[n + width + 1] != 0,
                                     inside[n + width] != 0};
            const int sum = corners[0] + corners[1] + corners[2] + corners[3];
            if (sum == 0 || sum == 4) continue;
            const int edges[4] = {2 * n, 2 * (n + 1) + 1, 2 * (n + width), 2 * n + 1};
            for (int e = 0; e < 4; ++e) {
                // In where inside turns to outside, out where the outside ends: a saddle loses its
                // outside corners.
                if (!corners[e] || corners[(e + 1) % 4]) continue;
                int leave = (e + 1) % 4;
                while (corners[leave] || !corners[(leave + 1) % 4]) leave = (leave + 1) % 4;
                next_[std::size_t(edges[e])] = edges[leave];
            }
        }
    }
}

void OutlineTracer::trace(const Patch& patch, Outline& outline) {
    link(patch);
    outline.points.clear();
    outline.starts.assign(1, 0);
    std::vector<Point> polygon;
    for (std::size_t first = 0; first < next_.size(); ++first) {
        if (next_[first] < 0) continue;
        polygon.clear();
        std::fill(std::begin(sums_), std::end(sums_), 0.0);
        for (int edge = int(first); next_[std::size_t(edge)] >= 0;) {
            polygon.push_back(crossing(patch, edge));
            edge = std::exchange(next_[std::size_t(edge)], -1);
        }
        if (patch.field.empty() && sigma_ > 0.0) {
            polygon = smooth_polygon(polygon, sigma_, pixel_moments(sums_, patch.x0 - 1, patch.y0 - 1));
        }
        outline.points.insert(outline.points.end(), polygon.begin(), polygon.end());
        outline.starts.push_back(int(outline.points.size()));
    }
}

}  // namespace oncometry
