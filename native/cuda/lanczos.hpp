// Haralick's maximal correlation coefficient by a team; cpu/maximal_correlation.cpp says why this finds it.
//
// As many steps as there are levels, before the residual is believed: a start with little of the vector that is sought
// may look done with another. A matrix that falls in parts is not looked for: its second eigenvalue is 1, as near as
// Lanczos' method comes.
#pragma once

#include "pairs.hpp"
#include "tridiagonal.hpp"

namespace oncometry::cuda {

constexpr int kMostLanczosSteps = 128;
constexpr double kLanczosTolerance = 1e-10;  // of the square of the residual
constexpr double kLanczosBreakdown = 1e-8;   // of a new vector's length, to what it would have been
constexpr int kLanczosStepsBetween = 4;      // from one look at the residual to the next

// The finalizer of MurmurHash3. Not a multiple of i: where levels pair in a pattern, linear noise cancels with it.
ONCOMETRY_LANE std::uint32_t scrambled(std::uint32_t i) {
    i = (i ^ i >> 16) * 0x85ebca6bu;
    i = (i ^ i >> 13) * 0xc2b2ae35u;
    return i ^ i >> 16;
}

struct LanczosMemory {
    ONCOMETRY_ANYWHERE LanczosMemory(Arena& arena, const Radii& radii)
        : v(arena.take<double>(most_voxels(radii))), unit(arena.take<double>(most_voxels(radii))),
          before(arena.take<double>(most_voxels(radii))), half(arena.take<double>(most_voxels(radii))),
          diagonal(arena.take<double>(kMostLanczosSteps)), squares(arena.take<double>(kMostLanczosSteps)) {}
    double *v, *unit, *before, *half, *diagonal, *squares;
};

// B(i, j) = p(i, j) / sqrt(p(i) p(j)), by its rows and by its columns, and the roots of the row marginals. Vectors are
// over the ranks; a lane works on the same entries of all of them.
class Lanczos {
  public:
    ONCOMETRY_LANE Lanczos(const Team& team, double* sums, const PairRows& rows, const PairRows& columns,
                           const double* root, int size, const LanczosMemory& memory)
        : team_(team), sums_(sums), rows_(rows), columns_(columns), root_(root), size_(size), memory_(memory) {}

    ONCOMETRY_LANE double second_eigenvalue() const {
        double *v = memory_.v, *unit = memory_.unit, *before = memory_.before;
        take_first_vector();
        const double scale = length(v);
        project_out(root_, v);
        project_out(root_, v);
        double norm = length(v);
        if (norm <= kLanczosBreakdown * scale) return 0.0;
        for (int step = 1;; ++step) {
            for (int i = team_.lane; i < size_; i += team_.lanes) {
                before[i] = step > 1 ? unit[i] : 0.0;
                unit[i] = v[i] / norm;
            }
            multiply(unit, v);
            const double reach = length(v);
            for (int i = team_.lane; i < size_; i += team_.lanes) v[i] -= norm * before[i];
            const double along = project_out(unit, v);
            if (team_.lane == 0) memory_.diagonal[step - 1] = along;
            project_out(root_, v);
            norm = length(v);
            const bool ends = norm <= kLanczosBreakdown * reach || step == kMostLanczosSteps;
            if (ends || (step >= size_ && step % kLanczosStepsBetween == 0)) {
                const Ritz ritz = largest_eigenvalue(memory_.diagonal, memory_.squares, step);
                if (ends || norm * norm * ritz.last < kLanczosTolerance) return ritz.value;
            }
            if (team_.lane == 0) memory_.squares[step - 1] = norm * norm;
        }
    }

  private:
    // Not orthogonal to any eigenvector.
    ONCOMETRY_LANE void take_first_vector() const {
        for (int i = team_.lane; i < size_; i += team_.lanes) {
            const double noise = double(scrambled(std::uint32_t(i) + 1u) >> 8) / double(1 << 24) - 0.5;
            memory_.v[i] = root_[i] * (double(i) / double(size_) + noise);
        }
    }
    // y = B B' x. A barrier before and after.
    ONCOMETRY_LANE void multiply(const double* x, double* y) const {
        team_.sync();
        for (int i = team_.lane; i < size_; i += team_.lanes) memory_.half[i] = columns_.row_times(i, x);
        team_.sync();
        for (int i = team_.lane; i < size_; i += team_.lanes) y[i] = rows_.row_times(i, memory_.half);
        team_.sync();
    }
    ONCOMETRY_LANE double dot(const double* a, const double* b) const {
        double sum = 0.0;
        for (int i = team_.lane; i < size_; i += team_.lanes) sum += a[i] * b[i];
        return add_up(team_, sums_, sum);
    }
    ONCOMETRY_LANE double length(const double* v) const { return std::sqrt(dot(v, v)); }

    // Subtracts from v what it has of a unit vector; returns how much that was.
    ONCOMETRY_LANE double project_out(const double* unit, double* v) const {
        const double part = dot(unit, v);
        for (int i = team_.lane; i < size_; i += team_.lanes) v[i] -= part * unit[i];
        return part;
    }

    const Team& team_;
    double* sums_;
    const PairRows &rows_, &columns_;
    const double* root_;
    int size_;
    const LanczosMemory& memory_;
};

}  // namespace oncometry::cuda
