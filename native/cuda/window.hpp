// The part of a region around one of its voxels, its levels numbered by rank.
#pragma once

#include <limits>

#include "components.hpp"
#include "keys.hpp"
#include "levels.hpp"
#include "matrix.hpp"

namespace oncometry::cuda {

// What all windows are cut from.
struct WindowSource {
    const std::uint16_t* levels;  // (k, j, i), C-contiguous, 0 outside the region
    Shape shape;
    Radii radii;
    const std::int64_t* voxels;  // places of the region's voxels in the levels
    std::int64_t voxel_count;
    const Direction* directions;  // or steps to neighbors
    const double* weights;        // one a direction
    int direction_count;
};

ONCOMETRY_ANYWHERE inline int most_voxels(const Radii& r) { return (2 * r.k + 1) * (2 * r.j + 1) * (2 * r.i + 1); }

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint16_t kOutside = 0xffff;
constexpr int kMostVoxels = 0xffff;  // of a window: ranks and run lengths have 16 bits

// Clipped to the levels; where the window ends, nothing is in the region.
struct Window {
    int k, j, i;            // its shape
    std::uint16_t* ranks;   // (k, j, i), from 0; kOutside outside the region
    std::uint16_t* levels;  // of each rank, rising
    int rank_count;
    int voxels;  // in the region

    ONCOMETRY_LANE int size() const { return k * j * i; }

    // Of the voxel a step from place `at`.
    ONCOMETRY_LANE std::uint16_t rank_beside(int at, Direction d) const {
        const int nk = at / (j * i) + d.k, nj = at / i % j + d.j, ni = at % i + d.i;
        if (nk < 0 || nk >= k || nj < 0 || nj >= j || ni < 0 || ni >= i) return kOutside;
        return ranks[(nk * j + nj) * i + ni];
    }
};

struct WindowMemory {
    ONCOMETRY_ANYWHERE WindowMemory(Arena& arena, const Radii& radii)
        : ranks(arena.take<std::uint16_t>(most_voxels(radii))), levels(arena.take<std::uint16_t>(most_voxels(radii))),
          rank_count(arena.take<int>(1)) {}
    std::uint16_t *ranks, *levels;
    int* rank_count;
};

// Lane 0 alone; it is linear in the window, all that follows is more.
ONCOMETRY_LANE int list_levels(const Key* sorted, int count, std::uint16_t* levels) {
    int ranks = 0;
    for (int at = 0; at < count; ++at) {
        if (at == 0 || sorted[at] != sorted[at - 1]) levels[ranks++] = std::uint16_t(sorted[at]);
    }
    return ranks;
}

ONCOMETRY_LANE int rank_of(const std::uint16_t* levels, int count, std::uint16_t level) {
    int begin = 0, end = count - 1;
    while (begin < end) {
        const int middle = (begin + end) / 2;
        if (levels[middle] < level) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

// keys: of padded(most_voxels). A barrier before it returns.
ONCOMETRY_LANE Window cut_window(const Team& team, const WindowSource& source, std::int64_t voxel, WindowMemory memory,
                                 Key* keys) {
    const Shape s = source.shape;
    const Radii r = source.radii;
    const int k = int(voxel / (std::int64_t(s.j) * s.i)), j = int(voxel / s.i % s.j), i = int(voxel % s.i);
    const int from_k = k > r.k ? k - r.k : 0, from_j = j > r.j ? j - r.j : 0, from_i = i > r.i ? i - r.i : 0;
    const int to_k = k + r.k < s.k ? k + r.k + 1 : s.k, to_j = j + r.j < s.j ? j + r.j + 1 : s.j;
    const int to_i = i + r.i < s.i ? i + r.i + 1 : s.i;
    Window window{to_k - from_k, to_j - from_j, to_i - from_i, memory.ranks, memory.levels, 0, 0};
    for (int at = team.lane; at < window.size(); at += team.lanes) {
        const int wk = from_k + at / (window.j * window.i), wj = from_j + at / window.i % window.j;
        const std::uint16_t level = source.levels[(std::int64_t(wk) * s.j + wj) * s.i + from_i + at % window.i];
        memory.ranks[at] = level;
        keys[at] = level == 0 ? kNone : level;
    }
    window.voxels = sort_keys(team, keys, window.size());
    if (team.lane == 0) *memory.rank_count = list_levels(keys, window.voxels, memory.levels);
    team.sync();
    window.rank_count = *memory.rank_count;
    for (int at = team.lane; at < window.size(); at += team.lanes) {
        const std::uint16_t level = memory.ranks[at];
        memory.ranks[at] = level == 0 ? kOutside : std::uint16_t(rank_of(memory.levels, window.rank_count, level));
    }
    team.sync();
    return window;
}

}  // namespace oncometry::cuda
