// Haralick's maximal correlation coefficient (doi:10.1109/TSMC.1973.4309314), without forming his matrix Q.
//
// Q(i, j) = sum over k of p(i, k) p(j, k) / (p(i) p(k)) is similar to B B', B(i, j) = p(i, j) / sqrt(p(i) p(j)). The
// largest eigenvalue is 1, of the vector sqrt(p(i)); Lanczos in the space orthogonal to it finds the next.
#include <algorithm>
#include <cmath>

#include "glcm.hpp"

namespace oncometry {
namespace {

constexpr double kTolerance = 1e-10;  // of the eigenvalue, from one look at it to the next
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

// A matrix B of which B x and B' x are wanted: its entries, or where they are many its rows and its columns, whose
// combinations the compiler computes several entries at once.
class Operator {
  public:
    Operator(int rows, const Cells& entries) : size_(std::size_t(rows)), dense_(size_ * size_ <= 3 * entries.size()) {
        if (!dense_) {
            entries_ = entries;
            return;
        }
        rows_.resize(size_ * size_);
        columns_.resize(size_ * size_);
        for (const Cell& e : entries) {
            rows_[std::size_t(e.row) * size_ + std::size_t(e.column)] = e.mass;
            columns_[std::size_t(e.column) * size_ + std::size_t(e.row)] = e.mass;
        }
    }
    Vector times(const Vector& x) const {
        if (dense_) return combination(columns_, x);
        Vector y(size_);
        for (const Cell& e : entries_) y[std::size_t(e.row)] += e.mass * x[std::size_t(e.column)];
        return y;
    }
    Vector transposed_times(const Vector& x) const {
        if (dense_) return combination(rows_, x);
        Vector y(size_);
        for (const Cell& e : entries_) y[std::size_t(e.column)] += e.mass * x[std::size_t(e.row)];
        return y;
    }

  private:
    Vector combination(const Vector& vectors, const Vector& factors) const {
        Vector y(size_);
        for (std::size_t v = 0; v < size_; ++v) {
            const double* vector = vectors.data() + v * size_;
            const double factor = factors[v];
            for (std::size_t i = 0; i < size_; ++i) y[i] += factor * vector[i];
        }
        return y;
    }

    std::size_t size_;
    bool dense_;
    Cells entries_;
    Vector rows_, columns_;
};

Vector roots(const std::vector<double>& masses, const GlcmMarginals& m) {
    Vector result;
    for (int level = m.low; level <= m.high; ++level) result.push_back(std::sqrt(masses[std::size_t(level)] / m.total));
    return result;
}

// p(i, j) / sqrt(p(i) p(j)), both halves, of the levels counted from the lowest.
Operator operator_of(const Cells& cells, bool symmetric, const GlcmMarginals& m, const Vector& row_root) {
    const Vector column_root = roots(m.column, m);
    Cells entries;
    entries.reserve(cells.size() * (symmetric ? 2 : 1));
    for (const Cell& cell : cells) {
        const int i = cell.row - m.low, j = cell.column - m.low;
        const bool mirrored = symmetric && i != j;
        const double p = cell.mass / m.total / (mirrored ? 2.0 : 1.0);
        const double value = p / (row_root[std::size_t(i)] * column_root[std::size_t(j)]);
        entries.push_back({i, j, value});
        if (mirrored) entries.push_back({j, i, value});
    }
    return Operator(m.high - m.low + 1, entries);
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
Vector first_vector(const Vector& row_root) {
    Vector v(row_root.size());
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < v.size(); ++i) {
        state = state * 1664525u + 1013904223u;
        const double noise = double(state >> 8) / double(1 << 24) - 0.5;
        v[i] = row_root[i] * (double(i) / double(v.size()) + 0.1 * noise);
    }
    return v;
}

}  // namespace

double maximal_correlation(const Cells& cells, bool symmetric, const GlcmMarginals& marginals) {
    const Vector row_root = roots(marginals.row, marginals);
    const Operator b = operator_of(cells, symmetric, marginals, row_root);
    std::vector<Vector> basis{row_root};
    Vector diagonal, off, v = first_vector(row_root);
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
