// Pairs of voxels of a window that lie a step apart, as sorted keys, and the matrix that they make.
#pragma once

#include "window.hpp"

namespace oncometry::cuda {

// The directions of a source that make one matrix.
struct Directions {
    int begin, end;
};

ONCOMETRY_ANYWHERE inline int pairs_along(int k, int j, int i, Direction d) {
    const int nk = k - (d.k < 0 ? -d.k : d.k), nj = j - (d.j < 0 ? -d.j : d.j), ni = i - (d.i < 0 ? -d.i : d.i);
    return nk > 0 && nj > 0 && ni > 0 ? nk * nj * ni : 0;
}

// Of one direction: calls take(pair, rank, rank of the neighbor), kOutside for both where one of them is outside.
template <class Take>
ONCOMETRY_LANE int for_pairs(const Team& team, const Window& window, Direction d, const Take& take) {
    const int count = pairs_along(window.k, window.j, window.i, d);
    if (count == 0) return 0;
    const int nj = window.j - (d.j < 0 ? -d.j : d.j), ni = window.i - (d.i < 0 ? -d.i : d.i);
    const int from_k = d.k < 0 ? -d.k : 0, from_j = d.j < 0 ? -d.j : 0, from_i = d.i < 0 ? -d.i : 0;
    const int step = (d.k * window.j + d.j) * window.i + d.i;
    for (int pair = team.lane; pair < count; pair += team.lanes) {
        const int k = from_k + pair / (nj * ni), j = from_j + pair / ni % nj, i = from_i + pair % ni;
        const int at = (k * window.j + j) * window.i + i;
        const std::uint16_t a = window.ranks[at], b = window.ranks[at + step];
        const bool whole = a != kOutside && b != kOutside;
        take(pair, whole ? a : kOutside, whole ? b : kOutside);
    }
    return count;
}

// Sorted keys key(rank, rank of the neighbor, direction) of all pairs; returns how many. A barrier before and after.
template <class MakeKey>
ONCOMETRY_LANE int collect_pairs(const Team& team, const WindowSource& source, const Window& window, Directions along,
                                 Key* keys, const MakeKey& key) {
    int count = 0;
    for (int d = along.begin; d < along.end; ++d) {
        count += for_pairs(team, window, source.directions[d], [&](int pair, std::uint16_t a, std::uint16_t b) {
            keys[count + pair] = a == kOutside ? kNone : key(a, b, d);
        });
    }
    return sort_keys(team, keys, count);
}

// Rows of cells over the ranks of a window: `values` are masses, and where keys name a cell again, 0.
struct PairRows {
    ONCOMETRY_ANYWHERE PairRows(Arena& arena, const Radii& radii, int most_keys)
        : keys(arena.take<Key>(padded(most_keys))), values(arena.take<double>(padded(most_keys))),
          starts(arena.take<int>(most_voxels(radii) + 1)), count(0) {}

    // A barrier must follow.
    ONCOMETRY_LANE void index(const Team& team, const Window& window, const double* weights) {
        for (int at = team.lane; at < count; at += team.lanes) values[at] = mass_at(keys, count, at, weights);
        for (int row = team.lane; row <= window.rank_count; row += team.lanes) {
            starts[row] = count_below(keys, count, key_of(row, 0, 0));
        }

    }
    ONCOMETRY_LANE double row_sum(int row) const {
        double sum = 0.0;
        for (int at = starts[row]; at < starts[row + 1]; ++at) sum += values[at];
        return sum;
    }
    // Of row times a vector over the columns.
    ONCOMETRY_LANE double row_times(int row, const double* x) const {
        double sum = 0.0;
        for (int at = starts[row]; at < starts[row + 1]; ++at) sum += values[at] * x[second_of(keys[at])];
        return sum;
    }

    Key* keys;
    double* values;
    int* starts;
    int count;
};

}  // namespace oncometry::cuda
