#include "smooth.hpp"

#include <algorithm>
#include <cmath>

namespace oncometry {
namespace {

constexpr double kSamples = 2.0;     // points per pixel of arc length
constexpr double kFurthest = 0.5;    // pixel
constexpr double kWidest = 0.125;    // Gaussian width, of the whole arc length: keeps the second harmonic at 0.3
constexpr int kAreaIterations = 4;
constexpr int kSmallest = 24;        // points of any polygon
constexpr double kThin = 0.5;        // pixel^2, least second moment whose ratio is kept
constexpr double kSheppard = 1.0 / 12.0;

// Arc length of every vertex where the moments are round, the area unchanged; the last is the whole.
std::vector<double> round_lengths(const std::vector<Point>& polygon, const Moments& m) {
    const double det = std::sqrt(std::max(m.xx * m.yy - m.xy * m.xy, 1e-12));
    std::vector<double> lengths{0.0};
    for (std::size_t p = 0; p < polygon.size(); ++p) {
        const Point a = polygon[p], b = polygon[(p + 1) % polygon.size()];
        const double dx = b.x - a.x, dy = b.y - a.y;
        const double square = (m.yy * dx * dx - 2.0 * m.xy * dx * dy + m.xx * dy * dy) / det;
        lengths.push_back(lengths.back() + std::sqrt(std::max(square, 0.0)));
    }
    return lengths;
}

std::vector<Point> resample(const std::vector<Point>& polygon, const std::vector<double>& lengths, int count) {
    std::vector<Point> points;
    points.reserve(std::size_t(count));
    std::size_t side = 0;
    for (int n = 0; n < count; ++n) {
        const double at = lengths.back() * n / count;
        while (side + 2 < lengths.size() && lengths[side + 1] <= at) ++side;
        const double span = lengths[side + 1] - lengths[side];
        const double t = span > 0.0 ? (at - lengths[side]) / span : 0.0;
        const Point a = polygon[side], b = polygon[(side + 1) % polygon.size()];
        points.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
    return points;
}

// Circular Gaussian; sigma in points.
std::vector<Point> blur(const std::vector<Point>& points, double sigma) {
    const int n = int(points.size()), radius = std::min(int(std::ceil(3.0 * sigma)), n / 2);
    std::vector<double> weights;
    double sum = 0.0;
    for (int d = -radius; d <= radius; ++d) {
        weights.push_back(std::exp(-0.5 * d * d / (sigma * sigma)));
        sum += weights.back();
    }
    std::vector<Point> wrapped(std::size_t(n + 2 * radius));
    for (int p = 0; p < n + 2 * radius; ++p) {
        wrapped[std::size_t(p)] = points[std::size_t((p + n - radius) % n)];
    }
    std::vector<Point> out(points.size(), Point{0.0, 0.0});
    for (std::size_t d = 0; d < weights.size(); ++d) {
        const double weight = weights[d] / sum;
        for (int p = 0; p < n; ++p) {
            out[std::size_t(p)].x += weight * wrapped[std::size_t(p) + d].x;
            out[std::size_t(p)].y += weight * wrapped[std::size_t(p) + d].y;
        }
    }
    return out;
}

// A symmetric 2 x 2 matrix.
struct Symmetric {
    double xx, xy, yy;
    double det() const { return xx * yy - xy * xy; }
    double least() const { return 0.5 * (xx + yy) - std::hypot(0.5 * (xx - yy), xy); }
};

Symmetric root(Symmetric m) {
    const double s = std::sqrt(m.det()), t = std::sqrt(m.xx + m.yy + 2.0 * s);
    return {(m.xx + s) / t, m.xy / t, (m.yy + s) / t};
}

Symmetric inverse(Symmetric m) { return {m.yy / m.det(), -m.xy / m.det(), m.xx / m.det()}; }

// a b a
Symmetric around(Symmetric a, Symmetric b) {
    const double p = a.xx * b.xx + a.xy * b.xy, q = a.xx * b.xy + a.xy * b.yy;
    const double r = a.xy * b.xx + a.yy * b.xy, s = a.xy * b.xy + a.yy * b.yy;
    return {p * a.xx + q * a.xy, p * a.xy + q * a.yy, r * a.xy + s * a.yy};
}

// The symmetric map that carries second moments `from` to those of `to`, of determinant 1.
Symmetric stretch(Symmetric from, Symmetric to) {
    const Symmetric half = root(from), back = inverse(half);
    const Symmetric map = around(back, root(around(half, to)));
    const double unit = std::sqrt(map.det());
    return {map.xx / unit, map.xy / unit, map.yy / unit};
}

void transform(std::vector<Point>& points, Point center, Symmetric map, double factor) {
    for (Point& point : points) {
        const double x = factor * (point.x - center.x), y = factor * (point.y - center.y);
        point = {center.x + map.xx * x + map.xy * y, center.y + map.xy * x + map.yy * y};
    }
}

void hold(std::vector<Point>& points, const std::vector<Point>& bare) {
    for (std::size_t p = 0; p < points.size(); ++p) {
        const double dx = points[p].x - bare[p].x, dy = points[p].y - bare[p].y, square = dx * dx + dy * dy;
        if (square <= kFurthest * kFurthest) continue;
        const double part = kFurthest / std::sqrt(square);
        points[p] = {bare[p].x + dx * part, bare[p].y + dy * part};
    }
}

}  // namespace

// By Green's theorem.
Moments moments_of(const std::vector<Point>& polygon) {
    const Point origin = polygon.front();
    double area = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
    Point a{polygon.back().x - origin.x, polygon.back().y - origin.y};
    for (const Point& vertex : polygon) {
        const Point b{vertex.x - origin.x, vertex.y - origin.y};
        const double w = a.x * b.y - b.x * a.y;
        area += w / 2.0;
        x += (a.x + b.x) * w / 6.0;
        y += (a.y + b.y) * w / 6.0;
        xx += (a.x * a.x + a.x * b.x + b.x * b.x) * w / 12.0;
        yy += (a.y * a.y + a.y * b.y + b.y * b.y) * w / 12.0;
        xy += (a.x * b.y + 2.0 * a.x * a.y + 2.0 * b.x * b.y + b.x * a.y) * w / 24.0;
        a = b;
    }
    x /= area;
    y /= area;
    return {area, {origin.x + x, origin.y + y}, xx / area - x * x, xy / area - x * y, yy / area - y * y};
}

std::vector<Point> smooth_polygon(const std::vector<Point>& polygon, double sigma, const Moments& pixels) {
    const std::vector<double> lengths = round_lengths(polygon, moments_of(polygon));
    const int count = std::max(kSmallest, int(std::ceil(kSamples * lengths.back())));
    const std::vector<Point> bare = resample(polygon, lengths, count);
    const double width = std::min(sigma, kWidest * lengths.back());
    std::vector<Point> points = blur(bare, width * count / lengths.back());
    const Moments blurred = moments_of(points);
    const Symmetric to{pixels.xx - kSheppard, pixels.xy, pixels.yy - kSheppard};
    const Symmetric from{blurred.xx, blurred.xy, blurred.yy};
    Symmetric map{1.0, 0.0, 1.0};
    if (to.least() > kThin && from.least() > kThin) map = stretch(from, to);
    for (int iteration = 0; iteration < kAreaIterations; ++iteration) {
        const double ratio = pixels.area / moments_of(points).area;
        if (ratio < 0.0 || (iteration > 0 && std::abs(ratio - 1.0) < 1e-4)) break;
        transform(points, pixels.center, map, std::sqrt(ratio));
        hold(points, bare);
        map = {1.0, 0.0, 1.0};
    }
    return points;
}

}  // namespace oncometry
