#include "extremes.hpp"

#include <algorithm>
#include <climits>

namespace oncometry {
namespace {

void set_row(Extremes& extremes, int plane, int line, Row row) {
    if (!row.empty()) extremes.set(plane, line, *row.first, *(row.last - 1) - 1);
}

// First and last voxel that one of two rows has and the other has not.
void set_difference(Extremes& extremes, int plane, int line, Row a, Row b) {
    while (!a.empty() && !b.empty() && *a.first == *b.first) {
        ++a.first;
        ++b.first;
    }
    while (!a.empty() && !b.empty() && *(a.last - 1) == *(b.last - 1)) {
        --a.last;
        --b.last;
    }
    if (a.empty() && b.empty()) return;
    const int low = std::min(a.empty() ? INT_MAX : *a.first, b.empty() ? INT_MAX : *b.first);
    const int high = std::max(a.empty() ? INT_MIN : *(a.last - 1), b.empty() ? INT_MIN : *(b.last - 1));
    extremes.set(plane, line, low, high - 1);
}

}  // namespace

Extremes voxels_by_k(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({2, 1, 0}, shape.k, shape.j);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) set_row(extremes, k, j, region.row(k, j));
    }
    return extremes;
}

Extremes voxels_by_j(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({1, 2, 0}, shape.j, shape.k);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) set_row(extremes, j, k, region.row(k, j));
    }
    return extremes;
}

Extremes voxels_by_i(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({0, 2, 1}, shape.i, shape.k);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            const Row row = region.row(k, j);
            for (const int* end = row.first; end != row.last; end += 2) {
                for (int i = end[0]; i < end[1]; ++i) extremes.append(i, k, j);
            }
        }
    }
    return extremes;
}

Extremes borders_by_k(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({2, 1, 0}, shape.k + 1, shape.j);
    for (int k = 0; k <= shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            set_difference(extremes, k, j, region.row(k - 1, j), region.row(k, j));
        }
    }
    return extremes;
}

Extremes borders_by_j(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({1, 2, 0}, shape.j + 1, shape.k);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j <= shape.j; ++j) {
            set_difference(extremes, j, k, region.row(k, j - 1), region.row(k, j));
        }
    }
    return extremes;
}

Extremes borders_by_i(const RowRuns& region) {
    const Shape shape = region.shape();
    Extremes extremes({0, 2, 1}, shape.i + 1, shape.k);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            const Row row = region.row(k, j);
            for (const int* end = row.first; end != row.last; ++end) extremes.append(*end, k, j);
        }
    }
    return extremes;
}

}  // namespace oncometry
