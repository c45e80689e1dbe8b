#include "diameters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace oncometry {
namespace {

constexpr int kMostVertices = 400;  // of an outline, tried in pairs for the longest line within

// Calls visit(from, to), indices of points, for every side of every polygon.
template <class Visit>
void for_sides(const Outline& outline, Visit visit) {
    for (std::size_t s = 0; s + 1 < outline.starts.size(); ++s) {
        int from = outline.starts[s + 1] - 1;
        for (int to = outline.starts[s]; to < outline.starts[s + 1]; from = to++) visit(from, to);
    }
}

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Coordinates along a unit direction and across it.
struct Frame {
    Point direction;
    double along(Point p) const { return p.x * direction.x + p.y * direction.y; }
    double across(Point p) const { return p.y * direction.x - p.x * direction.y; }
    Point back(double along, double across) const {
        return {along * direction.x - across * direction.y, along * direction.y + across * direction.x};
    }
};

Frame frame_of(const Chord& chord) {
    if (chord.length == 0.0) return {{1.0, 0.0}};
    return {{(chord.b.x - chord.a.x) / chord.length, (chord.b.y - chord.a.y) / chord.length}};
}

// Distances from a, along the line a b, at which the line crosses the outline; sorted.
std::vector<double> crossings(const Outline& outline, Point a, Frame frame) {
    const double across = frame.across(a), start = frame.along(a);
    std::vector<double> found;
    for_sides(outline, [&](int a_side, int b_side) {
        const Point from = outline.points[a_side], to = outline.points[b_side];
        const double u = frame.across(from) - across, v = frame.across(to) - across;
        if ((u > 0.0) == (v > 0.0)) return;
        found.push_back(frame.along(from) + (frame.along(to) - frame.along(from)) * u / (u - v) - start);
    });
    std::sort(found.begin(), found.end());
    return found;
}

// The longest line across the frame's direction between any two points of the outline. On each line
// the outermost points count; between two neighboring vertices their distance changes linearly, so
// that the longest line passes a vertex.
Chord widest_across(const Outline& outline, Frame frame) {
    const int n = int(outline.points.size());
    std::vector<double> along(outline.points.size()), across(outline.points.size());
    std::vector<int> order(outline.points.size()), rank(outline.points.size());
    for (int p = 0; p < n; ++p) {
        along[p] = frame.along(outline.points[p]);
        across[p] = frame.across(outline.points[p]);
    }
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int a, int b) { return along[a] < along[b]; });
    for (int r = 0; r < n; ++r) rank[order[r]] = r;
    std::vector<double> low(outline.points.size(), std::numeric_limits<double>::infinity());
    std::vector<double> high(outline.points.size(), -std::numeric_limits<double>::infinity());
    for_sides(outline, [&](int from, int to) {
        if (rank[from] > rank[to]) std::swap(from, to);
        const double span = along[to] - along[from];
        const double slope = span > 0.0 ? (across[to] - across[from]) / span : 0.0;
        for (int r = rank[from]; r <= rank[to]; ++r) {
            const double here = across[from] + slope * (along[order[r]] - along[from]);
            low[r] = std::min(low[r], here);
            high[r] = std::max(high[r], here);
        }
        low[rank[to]] = std::min(low[rank[to]], across[to]);
        high[rank[to]] = std::max(high[rank[to]], across[to]);
    });
    Chord best;
    for (int r = 0; r < n; ++r) {
        if (high[r] - low[r] > best.length) {
            best = {frame.back(along[order[r]], low[r]), frame.back(along[order[r]], high[r]), high[r] - low[r], false};
        }
    }
    return best;
}

// The longest uninterrupted line across the frame's direction, gaps of up to the tolerance bridged.
Chord widest_within(const Outline& outline, Frame frame, double tolerance) {
    std::vector<double> along;
    for (const Point& point : outline.points) along.push_back(frame.along(point));
    std::sort(along.begin(), along.end());
    const Frame turned{{-frame.direction.y, frame.direction.x}};
    Chord best;
    for (std::size_t a = 0; a + 1 < along.size(); ++a) {
        const Point origin = frame.back(0.5 * (along[a] + along[a + 1]), 0.0);
        const std::vector<double> at = crossings(outline, origin, turned);
        for (std::size_t c = 0; c + 1 < at.size(); c += 2) {
            const double begin = at[c];
            double outside = 0.0;
            while (c + 3 < at.size() && outside + at[c + 2] - at[c + 1] <= tolerance) {
                outside += at[c + 2] - at[c + 1];
                c += 2;
            }
            const double length = at[c + 1] - begin;
            if (length <= best.length) continue;
            const auto point = [&](double t) {
                return Point{origin.x + t * turned.direction.x, origin.y + t * turned.direction.y};
            };
            best = {point(begin), point(at[c + 1]), length, false};
        }
    }
    return best;
}

std::vector<Point> thinned(const std::vector<Point>& points) {
    if (points.size() <= std::size_t(kMostVertices)) return points;
    std::vector<Point> kept;
    for (int p = 0; p < kMostVertices; ++p) kept.push_back(points[points.size() * p / kMostVertices]);
    return kept;
}

Chord longest_within(const Outline& outline, double tolerance, double at_least) {
    const std::vector<Point> points = thinned(outline.points);
    struct Pair {
        double length;
        int a, b;
    };
    std::vector<Pair> pairs;
    for (int a = 0; a < int(points.size()); ++a) {
        for (int b = a + 1; b < int(points.size()); ++b) {
            const double length = distance(points[std::size_t(a)], points[std::size_t(b)]);
            if (length >= at_least) pairs.push_back({length, a, b});
        }
    }
    const auto shorter = [](const Pair& p, const Pair& q) {
        return p.length < q.length || (p.length == q.length && p.a > q.a);
    };
    std::make_heap(pairs.begin(), pairs.end(), shorter);
    while (!pairs.empty()) {
        const Pair pair = pairs.front();
        const Point a = points[std::size_t(pair.a)], b = points[std::size_t(pair.b)];
        if (outside_length(outline, a, b) <= tolerance) return {a, b, pair.length, false};
        std::pop_heap(pairs.begin(), pairs.end(), shorter);
        pairs.pop_back();
    }
    return {};
}

}  // namespace

double outside_length(const Outline& outline, Point a, Point b) {
    const double length = distance(a, b);
    const std::vector<double> at = crossings(outline, a, frame_of({a, b, length, false}));
    double inside = 0.0;
    for (std::size_t c = 0; c + 1 < at.size(); c += 2) {
        inside += std::max(0.0, std::min(at[c + 1], length) - std::max(at[c], 0.0));
    }
    return length - inside;
}

Diameters measure_outline(const Outline& outline, bool within, double tolerance, double at_least) {
    Diameters found;
    if (within) {
        found.longest = longest_within(outline, tolerance, at_least);
        if (found.longest.length > 0.0) {
            found.perpendicular = widest_within(outline, frame_of(found.longest), tolerance);
        }
        return found;
    }
    found.longest = hull_diameter(convex_hull(outline.points));
    found.perpendicular = widest_across(outline, frame_of(found.longest));
    for (Chord* chord : {&found.longest, &found.perpendicular}) {
        chord->leaves = outside_length(outline, chord->a, chord->b) > tolerance;
    }
    return found;
}

}  // namespace oncometry
