#include <algorithm>
#include <cmath>

#include "diameters.hpp"

namespace oncometry {
namespace {

double cross(Point o, Point a, Point b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

void keep_longer(Chord& best, Point a, Point b) {
    const double length = std::hypot(a.x - b.x, a.y - b.y);
    if (length > best.length) best = {a, b, length, false};
}

}  // namespace

// Monotone chain: Andrew 1979, doi:10.1016/0020-0190(79)90072-3.
std::vector<Point> convex_hull(std::vector<Point> points) {
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
