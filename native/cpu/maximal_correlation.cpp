// Haralick's maximal correlation coefficient (doi:10.1109/TSMC.1973.4309314), without forming his matrix Q.
//
// Q(i, j) = sum over k of p(i, k) p(j, k) / (p(i) p(k)) is similar to B B', B(i, j) = p(i, j) / sqrt(p(i) p(j)). The
// largest eigenvalue is 1, of the vector sqrt(p(i)); Lanczos in the space orthogonal to it finds the next.
#include <algorithm>
#include <cmath>

#include "glcm.hpp"

namespace oncometry {
namespace {

constexpr double kTolerance = 1e-12;  // of the eigenvalue, from one look at it to the next
constexpr int kStepsBetween = 4;
constexpr double kBreakdown = 1e-15;
constexpr int kMostSteps = 400;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void add(Vector& to, double factor, const Vector& what) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
}

struct Entry {
    int i, j;
    double value;
};

// B over the levels that occur, both halves.
struct Correlations {
    std::vector<Entry> entries;
    Vector row_root, column_root;  // sqrt of the marginals

    Vector times(const Vector& x) const {
        Vector y(row_root.size());
        for (const Entry& e : entries) y[std::size_t(e.i)] += e.value * x[std::size_t(e.j)];
        return y;
    }
    Vector transposed_times(const Vector& x) const {
        Vector y(column_root.size());
        for (const Entry& e : entries) y[std::size_t(e.j)] += e.value * x[std::size_t(e.i)];
        return y;
    }
};

Vector roots(const std::vector<double>& masses, const GlcmMarginals& m) {
    Vector result;
    for (int level = m.low; level <= m.high; ++level) result.push_back(std::sqrt(masses[std::size_t(level)] / m.total));
    return result;
}

Correlations correlations_of(const Cells& cells, bool symmetric, const GlcmMarginals& m) {
    Correlations b{{}, roots(m.row, m), roots(m.column, m)};
    b.entries.reserve(cells.size() * (symmetric ? 2 : 1));
    for (const Cell& cell : cells) {
        const int i = cell.row - m.low, j = cell.column - m.low;
        const bool mirrored = symmetric && i != j;
        const double p = cell.mass / m.total / (mirrored ? 2.0 : 1.0);
        const double value = p / (b.row_root[std::size_t(i)] * b.column_root[std::size_t(j)]);
        b.entries.push_back({i, j, value});
        if (mirrored) b.entries.push_back({j, i, value});
    }
    return b;
}

// Number of eigenvalues of the tridiagonal matrix above x.
int count_above(const Vector& diagonal, const Vector& off, double x) {
    int above = 0;
    double pivot = 1.0;
    for (std::size_t i = 0; i < diagonal.size(); ++i) {
        const double coupling = i > 0 ? off[i - 1] * off[i - 1] : 0.0;
        pivot = diagonal[i] - x - coupling / (pivot == 0.0 ? 1e-300 : pivot);
        above += pivot > 0.0;
    }
    return above;
}

// Bisection; no eigenvalue is above 1, and none is below `low`'s while steps are added.
double largest_eigenvalue(const Vector& diagonal, const Vector& off, double low) {
    double high = 1.0 + 1e-9;
    while (high - low > 1e-16 + 2e-16 * high) {
        const double middle = (low + high) / 2.0;
        if (middle <= low || middle >= high) break;
        (count_above(diagonal, off, middle) > 0 ? low : high) = middle;
    }
    return high;
}

// Close to the answer for most textures, the linear function of the level, and not orthogonal to any.
Vector first_vector(const Correlations& b) {
    Vector v(b.row_root.size());
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < v.size(); ++i) {
        state = state * 1664525u + 1013904223u;
        const double noise = double(state >> 8) / double(1 << 24) - 0.5;
        v[i] = b.row_root[i] * (double(i) / double(v.size()) + 0.1 * noise);
    }
    return v;
}

}  // namespace

double maximal_correlation(const Cells& cells, bool symmetric, const GlcmMarginals& marginals) {
    const Correlations b = correlations_of(cells, symmetric, marginals);
    std::vector<Vector> basis{b.row_root};
    Vector diagonal, off, v = first_vector(b);
    double eigenvalue = 0.0;
    const int most = std::min(kMostSteps, marginals.high - marginals.low);
    for (int step = 0; step < most; ++step) {
        for (int twice = 0; twice < 2; ++twice) {
            for (const Vector& known : basis) add(v, -dot(known, v), known);
        }
        const double norm = std::sqrt(dot(v, v));
        if (norm < kBreakdown) {
            eigenvalue = largest_eigenvalue(diagonal, off, eigenvalue);
            break;
        }
        if (step > 0) off.push_back(norm);
        for (double& x : v) x /= norm;
        basis.push_back(v);
        v = b.times(b.transposed_times(v));
        diagonal.push_back(dot(basis.back(), v));
        if (step % kStepsBetween != kStepsBetween - 1 && step + 1 != most) continue;
        const double before = eigenvalue;
        eigenvalue = largest_eigenvalue(diagonal, off, before);
        if (eigenvalue - before < kTolerance) break;
    }
    return std::sqrt(std::min(1.0, std::max(0.0, eigenvalue)));
}

}  // namespace oncometry
