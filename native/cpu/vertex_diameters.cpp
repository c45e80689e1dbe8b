#include "vertex_diameters.hpp"

#include <algorithm>
#include <cmath>

#include "diameters.hpp"
#include "extremes.hpp"

namespace oncometry {
namespace {

using Vector = std::array<double, 3>;

// Corners of the convex hull of a plane's points, x along axes[2] and y along axes[1], in voxels.
std::vector<Point> plane_hull(const Extremes& extremes, int plane) {
    std::vector<Point> points;
    for (int line = 0; line < extremes.lines; ++line) {
        if (!extremes.has(plane, line)) continue;
        points.push_back({double(extremes.low(plane, line)), double(line)});
        points.push_back({double(extremes.high(plane, line)), double(line)});
    }
    return convex_hull(std::move(points));
}

// Square of the largest distance between vertices half a `reach` away from two voxels that lie `apart` (mm, not
// negative): they lie along one axis on opposite sides, or along two axes.
double reaching(const Vector& apart, const Vector& reach) {
    Vector gain{};  // what half a reach along an axis adds to the square
    double along = 0.0;
    for (int a = 0; a < 3; ++a) {
        gain[std::size_t(a)] = reach[std::size_t(a)] * (apart[std::size_t(a)] + 0.25 * reach[std::size_t(a)]);
        along = std::max(along, reach[std::size_t(a)] * (2.0 * apart[std::size_t(a)] + reach[std::size_t(a)]));
    }
    const double across = gain[0] + gain[1] + gain[2] - std::min({gain[0], gain[1], gain[2]});
    return apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2] + std::max(along, across);
}

double norm(const Vector& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

// Points far from the middle come first: a pair whose distances from it add up to less than the best is not looked
// at, nor are those that follow.
double widest(std::vector<Vector> points, const Vector& reach) {
    Vector middle{};
    for (int a = 0; a < 3; ++a) {
        const auto less = [&](const Vector& p, const Vector& q) { return p[std::size_t(a)] < q[std::size_t(a)]; };
        const auto [low, high] = std::minmax_element(points.begin(), points.end(), less);
        middle[std::size_t(a)] = 0.5 * ((*low)[std::size_t(a)] + (*high)[std::size_t(a)]);
    }
    const auto radius = [&](const Vector& p) {
        return norm({p[0] - middle[0], p[1] - middle[1], p[2] - middle[2]});
    };
    std::vector<std::pair<double, Vector>> sorted;
    for (const Vector& point : points) sorted.push_back({radius(point), point});
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a > b; });
    const double most = std::max({reach[0], reach[1], reach[2]});
    double best = 0.0;  // square
    double least = 0.0;  // square of how far apart two voxels must be to do better
    for (std::size_t a = 0; a < sorted.size(); ++a) {
        const auto& [far, p] = sorted[a];
        for (std::size_t b = a; b < sorted.size(); ++b) {
            const auto& [near, q] = sorted[b];
            const Vector d{p[0] - q[0], p[1] - q[1], p[2] - q[2]};
            if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < least) {
                if ((far + near) * (far + near) < least) break;
                continue;
            }
            best = std::max(best, reaching({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])}, reach));
            const double enough = std::max(0.0, std::sqrt(best) * (1.0 - 1e-12) - most);
            least = enough * enough;
        }
    }
    return std::sqrt(best);
}

// No two vertices of the plane are further apart than this.
double bound(const Extremes& extremes, int plane, const Vector& spacing, const Vector& reach) {
    int first = -1, last = 0, low = 0, high = 0;
    for (int line = 0; line < extremes.lines; ++line) {
        if (!extremes.has(plane, line)) continue;
        low = first < 0 ? extremes.low(plane, line) : std::min(low, extremes.low(plane, line));
        high = first < 0 ? extremes.high(plane, line) : std::max(high, extremes.high(plane, line));
        if (first < 0) first = line;
        last = line;
    }
    if (first < 0) return -1.0;
    const auto line_axis = std::size_t(extremes.axes[1]), point_axis = std::size_t(extremes.axes[2]);
    const double across = (last - first) * spacing[line_axis] + reach[line_axis];
    const double along = (high - low) * spacing[point_axis] + reach[point_axis];
    return std::sqrt(across * across + along * along);
}

// Takes the planes that may be widest first, and stops where none can be wider than what was found.
double widest_plane(const Extremes& extremes, const Vector& spacing, const Vector& reach) {
    std::vector<std::pair<double, int>> order;
    for (int plane = 0; plane < extremes.planes; ++plane) {
        const double most = bound(extremes, plane, spacing, reach);
        if (most >= 0.0) order.push_back({-most, plane});
    }
    std::sort(order.begin(), order.end());
    double best = 0.0;
    for (const auto& [negative, plane] : order) {
        if (-negative <= best) break;
        std::vector<Vector> points;
        for (const Point& corner : plane_hull(extremes, plane)) {
            Vector point{};
            point[std::size_t(extremes.axes[1])] = corner.y * spacing[std::size_t(extremes.axes[1])];
            point[std::size_t(extremes.axes[2])] = corner.x * spacing[std::size_t(extremes.axes[2])];
            points.push_back(point);
        }
        best = std::max(best, widest(std::move(points), reach));
    }
    return best;
}

}  // namespace

std::vector<std::array<int, 3>> hull_candidates(const RowRuns& region) {
    const Extremes extremes = voxels_by_k(region);
    std::vector<std::array<int, 3>> candidates;
    for (int k = 0; k < extremes.planes; ++k) {
        for (const Point& corner : plane_hull(extremes, k)) {
            candidates.push_back({int(corner.x), int(corner.y), k});
        }
    }
    return candidates;
}

double largest_diameter(const RowRuns& region, const double spacing[3]) {
    std::vector<Vector> points;
    for (const auto& voxel : hull_candidates(region)) {
        points.push_back({voxel[0] * spacing[0], voxel[1] * spacing[1], voxel[2] * spacing[2]});
    }
    return points.empty() ? 0.0 : widest(std::move(points), {spacing[0], spacing[1], spacing[2]});
}

std::array<double, 3> plane_diameters(const RowRuns& region, const double spacing[3]) {
    const Vector step{spacing[0], spacing[1], spacing[2]}, none{0.0, 0.0, 0.0};
    const auto larger = [&](const Extremes& voxels, const Extremes& borders) {
        Vector reach = step;
        reach[std::size_t(voxels.axes[0])] = 0.0;
        return std::max(widest_plane(voxels, step, reach), widest_plane(borders, step, none));
    };
    return {larger(voxels_by_k(region), borders_by_k(region)), larger(voxels_by_j(region), borders_by_j(region)),
            larger(voxels_by_i(region), borders_by_i(region))};
}

}  // namespace oncometry
