#include <algorithm>
#include <cmath>

#include "diameters.hpp"

namespace oncometry {
namespace {

double cross(Point o, Point a, Point b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

void keep_longer(Chord& best, Point a, Point b) {
    const double length = std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
    if (length > best.length) best = {a, b, length, false};
}

// Drops points inside the octagon of the extremes in eight directions: they are no corners of the hull
// (Akl and Toussaint 1978, doi:10.1016/0020-0190(78)90033-9).
void drop_inner(std::vector<Point>& points) {
    if (points.size() < 32) return;
    constexpr double kDirections[8][2] = {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}};
    Point extremes[8];
    for (int d = 0; d < 8; ++d) {
        double best = -1e300;
        for (const Point& p : points) {
            const double reach = p.x * kDirections[d][0] + p.y * kDirections[d][1];
            if (reach > best) {
                best = reach;
                extremes[d] = p;
            }
        }
    }
    const auto inner = [&](Point p) {
        for (int d = 0; d < 8; ++d) {
            const Point a = extremes[d], b = extremes[(d + 1) % 8];
            if ((a.x != b.x || a.y != b.y) && cross(a, b, p) <= 0.0) return false;
        }
        return true;
    };
    points.erase(std::remove_if(points.begin(), points.end(), inner), points.end());
}

}  // namespace

// Monotone chain: Andrew 1979, doi:10.1016/0020-0190(79)90072-3.
std::vector<Point> convex_hull(std::vector<Point> points) {
    drop_inner(points);
    const auto before = [](Point a, Point b) { return a.x < b.x || (a.x == b.x && a.y < b.y); };
    std::sort(points.begin(), points.end(), before);
    const auto same = [](Point a, Point b) { return a.x == b.x && a.y == b.y; };
    points.erase(std::unique(points.begin(), points.end(), same), points.end());
    if (points.size() < 3) return points;
    std::vector<Point> hull;
    for (int pass = 0; pass < 2; ++pass) {
        const std::size_t base = hull.size();
        for (const Point& point : points) {
            while (hull.size() >= base + 2 && cross(hull[hull.size() - 2], hull.back(), point) <= 0.0) {
                hull.pop_back();
            }
            hull.push_back(point);
        }
        hull.pop_back();
        std::reverse(points.begin(), points.end());
    }
    return hull;
}

// Antipodal pairs: Shamos 1978, Computational Geometry, section 6.
Chord hull_diameter(const std::vector<Point>& hull) {
    Chord best;
    const std::size_t n = hull.size();
    if (n < 2) return best;
    keep_longer(best, hull[0], hull[1]);
    if (n == 2) return best;
    for (std::size_t a = 0, b = 1; a < n; ++a) {
        const Point from = hull[a], to = hull[(a + 1) % n];
        keep_longer(best, from, hull[b]);
        while (cross(from, to, hull[(b + 1) % n]) > cross(from, to, hull[b])) {
            b = (b + 1) % n;
            keep_longer(best, from, hull[b]);
        }
        keep_longer(best, to, hull[b]);
        keep_longer(best, from, hull[(b + 1) % n]);
        keep_longer(best, to, hull[(b + 1) % n]);
    }
    return best;
}

}  // namespace oncometry
