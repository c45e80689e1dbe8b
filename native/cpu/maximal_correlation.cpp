// Haralick's maximal correlation coefficient (doi:10.1109/TSMC.1973.4309314), without forming his matrix Q.
//
// Q(i, j) = sum over k of p(i, k) p(j, k) / (p(i) p(k)) is similar to B B', B(i, j) = p(i, j) / sqrt(p(i) p(j)). The
// largest eigenvalue is 1, of the vector sqrt(p(i)). It comes once for each part of the graph that joins i and j where
// p(i, j) > 0; if that is connected, Lanczos in the space orthogonal to the vector finds the next eigenvalue. Of few
// levels and a symmetric matrix, B without that vector is reduced as a whole.
#include <algorithm>
#include <cmath>

#include "disjoint_sets.hpp"
#include "glcm.hpp"
#include "small_symmetric.hpp"
#include "tridiagonal.hpp"
#include "vectors.hpp"

namespace oncometry {
namespace {

constexpr double kTolerance = 1e-10;  // of the square of the residual, by which, over its gap, the eigenvalue is off
constexpr double kBreakdown = 1e-8;   // of a new vector's length, to what it would have been
constexpr int kStepsBetween = 4;
constexpr int kMostSteps = 400;

using Vector = std::vector<double>;

// B over the levels that occur, both halves: its entries, or where they are many its rows and its columns, whose
// combinations the compiler computes several entries at once.
struct Operator {
    std::size_t size = 0;
    Cells entries;
    bool dense = false;
    Vector rows, columns;
    Vector row_root, column_root;  // sqrt of the marginals

    void lay_out() {
        dense = size * size <= 3 * entries.size();
        if (!dense) return;
        rows.assign(size * size, 0.0);
        columns.assign(size * size, 0.0);
        for (const Cell& e : entries) {
            rows[std::size_t(e.row) * size + std::size_t(e.column)] = e.mass;
            columns[std::size_t(e.column) * size + std::size_t(e.row)] = e.mass;
        }
    }
    void times(const Vector& x, Vector& y) const {
        y.assign(size, 0.0);
        if (dense) return combine(columns, x, y);
        for (const Cell& e : entries) y[std::size_t(e.row)] += e.mass * x[std::size_t(e.column)];
    }
    void transposed_times(const Vector& x, Vector& y) const {
        y.assign(size, 0.0);
        if (dense) return combine(rows, x, y);
        for (const Cell& e : entries) y[std::size_t(e.column)] += e.mass * x[std::size_t(e.row)];
    }
    void combine(const Vector& vectors, const Vector& factors, Vector& y) const {
        for (std::size_t v = 0; v < size; ++v) add(y.data(), factors[v], vectors.data() + v * size, size);
    }
};

// Used again from matrix to matrix.
struct Memory {
    std::vector<int> place;  // of a level among those that occur, counted from the lowest
    Operator b;
    Vector v, unit, before, half, diagonal, squares;
};

void find_places(const GlcmMarginals& m, Memory& memory) {
    memory.place.assign(std::size_t(m.high - m.low) + 1, 0);
    memory.b.row_root.clear();
    memory.b.column_root.clear();
    for (int level = m.low; level <= m.high; ++level) {
        const double row = m.row[std::size_t(level)], column = m.column[std::size_t(level)];
        if (row == 0.0 && column == 0.0) continue;
        memory.place[std::size_t(level - m.low)] = int(memory.b.row_root.size());
        memory.b.row_root.push_back(std::sqrt(row));
        memory.b.column_root.push_back(std::sqrt(column));
    }
    memory.b.size = memory.b.row_root.size();
}

void fill_operator(const Cells& cells, bool symmetric, const GlcmMarginals& m, Memory& memory) {
    Operator& b = memory.b;
    b.entries.resize(2 * cells.size());
    std::size_t count = 0;
    for (const Cell& cell : cells) {
        const int i = memory.place[std::size_t(cell.row - m.low)], j = memory.place[std::size_t(cell.column - m.low)];
        const bool mirrored = symmetric && i != j;
        const double p = cell.mass / (mirrored ? 2.0 * m.total : m.total);
        const double value = p / (b.row_root[std::size_t(i)] * b.column_root[std::size_t(j)]);
        b.entries[count++] = {i, j, value};
        if (mirrored) b.entries[count++] = {j, i, value};
    }
    b.entries.resize(count);
}

bool is_connected(const Operator& b) {
    DisjointSets nodes(int(2 * b.size));
    int parts = 0;
    for (std::size_t i = 0; i < b.size; ++i) parts += (b.row_root[i] > 0.0) + (b.column_root[i] > 0.0);
    for (const Cell& e : b.entries) {
        const int row = nodes.find(e.row), column = nodes.find(int(b.size) + e.column);
        if (row == column) continue;
        nodes.unite(row, column);
        if (--parts == 1) return true;
    }
    return parts == 1;
}

// Close to the answer for most textures, the linear function of the level, and not orthogonal to any.
void take_first_vector(Memory& memory) {
    const Vector& root = memory.b.row_root;
    memory.v.resize(root.size());
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < root.size(); ++i) {
        state = state * 1664525u + 1013904223u;
        const double noise = double(state >> 8) / double(1 << 24) - 0.5;
        memory.v[i] = root[i] * (double(i) / double(root.size()) + 0.1 * noise);
    }
}

double length(const Vector& v) { return std::sqrt(dot(v.data(), v.data(), v.size())); }

// Subtracts from v what it has of a unit vector; returns how much that was.
double project_out(const Vector& unit, Vector& v) {
    const double part = dot(unit.data(), v.data(), v.size());
    add(v.data(), -part, unit.data(), v.size());
    return part;
}

// Lanczos with three terms. What vectors lose of their orthogonality brings eigenvalues twice, but no greater one: that
// of sqrt(p(i)) is taken out at every step.
double second_eigenvalue(Memory& memory) {
    Vector &v = memory.v, &unit = memory.unit, &before = memory.before;
    take_first_vector(memory);
    const double scale = length(v);
    project_out(memory.b.row_root, v);
    project_out(memory.b.row_root, v);
    double norm = length(v);
    if (norm <= kBreakdown * scale) return 0.0;
    memory.diagonal.clear();
    memory.squares.clear();
    unit.assign(v.size(), 0.0);
    for (int step = 1;; ++step) {
        before.swap(unit);
        unit = v;
        for (double& x : unit) x /= norm;
        memory.b.transposed_times(unit, memory.half);
        memory.b.times(memory.half, v);
        const double reach = length(v);
        if (step > 1) add(v.data(), -norm, before.data(), v.size());
        memory.diagonal.push_back(project_out(unit, v));
        project_out(memory.b.row_root, v);
        norm = length(v);
        const bool ends = norm <= kBreakdown * reach || step == kMostSteps;
        if (ends || (step > kStepsBetween && step % kStepsBetween == 0)) {
            const Ritz ritz =
                largest_eigenvalue(memory.diagonal.data(), memory.squares.data(), int(memory.diagonal.size()));
            if (ends || norm * norm * ritz.last < kTolerance) return ritz.value;
        }
        memory.squares.push_back(norm * norm);
    }
}

// B of few levels, less what it has along sqrt(p(i)), of a symmetric matrix of pairs: row by row, `size` squared.
void fill_deflated(const Operator& b, double* matrix) {
    const std::size_t n = b.size;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) matrix[i * n + j] = -b.row_root[i] * b.row_root[j];
    }
    for (const Cell& e : b.entries) matrix[std::size_t(e.row) * n + std::size_t(e.column)] += e.mass;
}

// Whether all levels, few of them, can be reached from the first; sets of levels are bits.
bool is_joined(const Operator& b) {
    std::uint32_t beside[kSmallMatrix] = {}, reached = 1, seen = 0;
    for (const Cell& e : b.entries) beside[e.row] |= std::uint32_t(1) << e.column;
    while (reached != seen) {
        const std::uint32_t before = reached;
        for (std::uint32_t n = 0; n < b.size; ++n) {
            if (((reached & ~seen) >> n & 1u) != 0) reached |= beside[n];
        }
        seen = before;
    }
    return reached == std::uint32_t(-1) >> (32 - b.size);
}

// Of few levels and a symmetric matrix of pairs: the eigenvalue of B itself that is furthest from 0.
double dense_correlation(const Operator& b) {
    if (!is_joined(b)) return 1.0;
    double matrix[kSmallMatrix * kSmallMatrix];
    fill_deflated(b, matrix);
    return std::min(1.0, furthest_eigenvalue(matrix, b.size));
}

}  // namespace

double maximal_correlation(const Cells& cells, bool symmetric, const GlcmMarginals& marginals) {
    static thread_local Memory memory;
    find_places(marginals, memory);
    if (memory.b.size < 2) return 0.0;
    fill_operator(cells, symmetric, marginals, memory);
    if (symmetric && memory.b.size <= kSmallMatrix) return dense_correlation(memory.b);
    if (!is_connected(memory.b)) return 1.0;
    memory.b.lay_out();
    return std::sqrt(std::min(1.0, std::max(0.0, second_eigenvalue(memory))));
}

}  // namespace oncometry
