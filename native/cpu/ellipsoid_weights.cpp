// Khachiyan's ascent with steps away from points: Todd and Yildirim 2007, doi:10.1016/j.dam.2007.02.013,
// algorithm 4.2.
// A point q = (x, 1) lies at q . (sum of w q q^T)^-1 q; for the least ellipsoid that is 4 where w > 0, and less
// elsewhere.
#include <algorithm>

#include "enclosing.hpp"

namespace oncometry {
namespace {

constexpr std::size_t kLifted = 4;
constexpr int kMostSteps = 1000000;

using Vector = std::array<double, kLifted>;
using Matrix = std::array<Vector, kLifted>;

Vector times(const Matrix& m, const Vector& v) {
    Vector product{};
    for (std::size_t r = 0; r < kLifted; ++r) {
        for (std::size_t c = 0; c < kLifted; ++c) product[r] += m[r][c] * v[c];
    }
    return product;
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]; }

// By Gauss and Jordan; the matrix is positive definite, so no pivot is 0.
Matrix inverse(Matrix m) {
    Matrix found{};
    for (std::size_t r = 0; r < kLifted; ++r) found[r][r] = 1.0;
    for (std::size_t pivot = 0; pivot < kLifted; ++pivot) {
        const double scale = 1.0 / m[pivot][pivot];
        for (std::size_t c = 0; c < kLifted; ++c) {
            m[pivot][c] *= scale;
            found[pivot][c] *= scale;
        }
        for (std::size_t r = 0; r < kLifted; ++r) {
            if (r == pivot) continue;
            const double factor = m[r][pivot];
            for (std::size_t c = 0; c < kLifted; ++c) {
                m[r][c] -= factor * m[pivot][c];
                found[r][c] -= factor * found[pivot][c];
            }
        }
    }
    return found;
}

Matrix inverse_scatter(const std::vector<Vector>& points, const std::vector<double>& weights) {
    Matrix scatter{};
    for (std::size_t p = 0; p < points.size(); ++p) {
        for (std::size_t r = 0; r < kLifted; ++r) {
            for (std::size_t c = 0; c < kLifted; ++c) scatter[r][c] += weights[p] * points[p][r] * points[p][c];
        }
    }
    return inverse(scatter);
}

// Centered and scaled, so that the scatter is well conditioned; weights do not depend on it.
std::vector<Vector> lift(const std::vector<SpacePoint>& points) {
    std::vector<Vector> lifted(points.size(), Vector{0.0, 0.0, 0.0, 1.0});
    for (std::size_t a = 0; a < 3; ++a) {
        double low = points[0][a], high = points[0][a];
        for (const SpacePoint& point : points) {
            low = std::min(low, point[a]);
            high = std::max(high, point[a]);
        }
        for (std::size_t p = 0; p < points.size(); ++p) {
            lifted[p][a] = (2.0 * points[p][a] - low - high) / (high - low);
        }
    }
    return lifted;
}

}  // namespace

std::vector<double> ellipsoid_weights(const std::vector<SpacePoint>& given, double tolerance) {
    const std::vector<Vector> points = lift(given);
    std::vector<double> weights(points.size(), 1.0 / double(points.size()));
    const double d = double(kLifted);
    for (int step = 0; step < kMostSteps; ++step) {
        const Matrix metric = inverse_scatter(points, weights);
        std::size_t far = 0, near = 0;
        double most = -1e300, least = 1e300;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const double distance = dot(points[p], times(metric, points[p]));
            if (distance > most) {
                most = distance;
                far = p;
            }
            if (weights[p] > 0.0 && distance < least) {
                least = distance;
                near = p;
            }
        }
        if (most <= d * (1.0 + tolerance) && least >= d * (1.0 - tolerance)) break;
        const bool toward = most - d > d - least;
        const std::size_t moved = toward ? far : near;
        const double distance = toward ? most : least;
        double share = (distance - d) / (d * (distance - 1.0));
        share = std::max(share, -weights[moved] / (1.0 - weights[moved]));
        for (double& weight : weights) weight *= 1.0 - share;
        weights[moved] = std::max(0.0, weights[moved] + share);
    }
    return weights;
}

}  // namespace oncometry
