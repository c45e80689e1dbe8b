#include <algorithm>
#include <cmath>

#include "diameters.hpp"
#include "enclosing.hpp"

namespace oncometry {
namespace {

double dot(const SpacePoint& a, const SpacePoint& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

SpacePoint cross(const SpacePoint& a, const SpacePoint& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

// A direction across another.
SpacePoint across(const SpacePoint& normal) {
    SpacePoint axis{0.0, 0.0, 0.0};
    const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
    axis[std::size_t(std::min_element(normal.begin(), normal.end(), smaller) - normal.begin())] = 1.0;
    SpacePoint found = cross(normal, axis);
    const double length = std::sqrt(dot(found, found));
    for (double& part : found) part /= length;
    return found;
}

// One side of the least rectangle lies on a side of the hull: Freeman and Shapira 1975, doi:10.1145/360881.360919.
std::array<double, 2> least_rectangle(const std::vector<Point>& hull) {
    std::array<double, 2> best{1e150, 1e150};
    for (std::size_t p = 0; p < hull.size(); ++p) {
        const Point from = hull[p], to = hull[(p + 1) % hull.size()];
        const double length = std::sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
        const double x = (to.x - from.x) / length, y = (to.y - from.y) / length;
        double low = 1e300, high = -1e300, left = 1e300, right = -1e300;
        for (const Point& q : hull) {
            const double along = q.x * x + q.y * y, aside = q.y * x - q.x * y;
            low = std::min(low, along);
            high = std::max(high, along);
            left = std::min(left, aside);
            right = std::max(right, aside);
        }
        if ((high - low) * (right - left) < best[0] * best[1]) best = {high - low, right - left};
    }
    return best;
}

}  // namespace

std::array<double, 3> oriented_box(const std::vector<SpacePoint>& corners, const std::vector<SpacePoint>& normals) {
    std::array<double, 3> best{1e100, 1e100, 1e100};
    for (const SpacePoint& normal : normals) {
        const SpacePoint u = across(normal), v = cross(normal, u);
        double low = 1e300, high = -1e300;
        std::vector<Point> shadow;
        for (const SpacePoint& corner : corners) {
            const double height = dot(corner, normal);
            low = std::min(low, height);
            high = std::max(high, height);
            shadow.push_back({dot(corner, u), dot(corner, v)});
        }
        const std::array<double, 2> sides = least_rectangle(convex_hull(std::move(shadow)));
        if ((high - low) * sides[0] * sides[1] < best[0] * best[1] * best[2]) best = {high - low, sides[0], sides[1]};
    }
    return best;
}

}  // namespace oncometry
