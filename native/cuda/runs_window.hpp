// The twin of cpu/glrlm_map.cpp: runs of equal levels in one window, by a team.
#pragma once

#include "counts.hpp"

namespace oncometry::cuda {

// Of the run that begins at a voxel; 0 if it begins before it.
ONCOMETRY_LANE int run_from(const Window& window, int at, Direction d) {
    const std::uint16_t rank = window.ranks[at];
    if (window.rank_beside(at, {-d.k, -d.j, -d.i}) == rank) return 0;
    int length = 1;
    for (Direction step = d; window.rank_beside(at, step) == rank; ++length) {
        step = {step.k + d.k, step.j + d.j, step.i + d.i};
    }
    return length;
}

// Whether another voxel of the region lies on the line through a voxel in a direction, after it.
ONCOMETRY_LANE bool is_followed(const Window& window, int at, Direction d) {
    int k = at / (window.j * window.i), j = at / window.i % window.j, i = at % window.i;
    for (k += d.k, j += d.j, i += d.i; k >= 0 && k < window.k && j >= 0 && j < window.j && i >= 0 && i < window.i;
         k += d.k, j += d.j, i += d.i) {
        if (window.ranks[(k * window.j + j) * window.i + i] != kOutside) return true;
    }
    return false;
}

struct RunMemory : CountMemory {
    ONCOMETRY_ANYWHERE RunMemory(Arena& arena, const Radii& radii, int lanes, int most_keys)
        : CountMemory(arena, radii, lanes, most_keys), values(arena.take<double>(kCountFeatures)),
          means(arena.take<double>(kCountFeatures)) {}
    double *values, *means;  // of one matrix, and sums over all
};

struct RunWindows {
    bool merge;
    bool pyradiomics;  // directions that no two voxels of the window follow each other along are left out
    int most_keys;

    ONCOMETRY_ANYWHERE int features() const { return kEntropy + 1; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        RunMemory(arena, radii, lanes, most_keys);
        return arena.taken();
    }

    ONCOMETRY_LANE bool counts(const Team& team, const Window& window, double* sums, Direction d) const {
        if (!pyradiomics) return true;
        double followed = 0.0;
        for (int at = team.lane; at < window.size(); at += team.lanes) {
            followed += window.ranks[at] != kOutside && is_followed(window, at, d);
        }
        return add_up(team, sums, followed) > 0.0;
    }

    // Keys of all runs along one direction, the window's size of them.
    ONCOMETRY_LANE void take_runs(const Team& team, const Window& window, const WindowSource& source, int direction,
                                  Key* keys) const {
        for (int at = team.lane; at < window.size(); at += team.lanes) {
            const int rank = window.ranks[at];
            const int length = rank == kOutside ? 0 : run_from(window, at, source.directions[direction]);
            keys[at] = length == 0 ? kNone : key_of(rank, length, direction);
        }
    }

    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        const RunMemory m(arena, source.radii, team.lanes, most_keys);
        const Window window = cut_window(team, source, voxel, m.window, m.keys);
        for (int f = team.lane; f < features(); f += team.lanes) m.means[f] = 0.0;
        int matrices = 0, lists = 0;
        double times = 0.0;
        for (int d = 0; d < source.direction_count; ++d) {
            if (counts(team, window, m.sums, source.directions[d])) {
                take_runs(team, window, source, d, m.keys + lists++ * window.size());
                times += source.weights[d];
            }
            if (lists == 0 || (merge && d + 1 < source.direction_count)) continue;
            const int runs = sort_keys(team, m.keys, lists * window.size());
            take_count_features(team, window, m, runs, source.weights, times * window.voxels, m.values);
            team.sync();
            for (int f = team.lane; f < features(); f += team.lanes) m.means[f] += m.values[f];
            team.sync();
            ++matrices;
            lists = 0;
            times = 0.0;
        }
        for (int f = team.lane; f < features(); f += team.lanes) {
            out[f] = matrices > 0 ? m.means[f] / matrices : kNothing;
        }
        team.sync();
    }
};

}  // namespace oncometry::cuda
