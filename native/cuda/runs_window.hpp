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

struct RunWindows {
    bool merge;
    int most_keys;

    ONCOMETRY_ANYWHERE int features() const { return kEntropy + 1; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        CountMemory(arena, radii, lanes, most_keys);
        arena.take<double>(2 * kCountFeatures);
        return arena.taken();
    }

    // Sorted keys into m.keys of directions begin ... end - 1; returns how many.
    ONCOMETRY_LANE int collect(const Team& team, const WindowSource& source, const Window& window, Key* keys, int begin,
                               int end) const {
        for (int d = begin; d < end; ++d) {
            Key* own = keys + (d - begin) * window.size();
            for (int at = team.lane; at < window.size(); at += team.lanes) {
                const int rank = window.ranks[at];
                const int length = rank == kOutside ? 0 : run_from(window, at, source.directions[d]);
                own[at] = length == 0 ? kNone : key_of(rank, length, d);
            }
        }
        return sort_keys(team, keys, (end - begin) * window.size());
    }

    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        const CountMemory m(arena, source.radii, team.lanes, most_keys);
        double *values = arena.take<double>(kCountFeatures), *means = arena.take<double>(kCountFeatures);
        const Window window = cut_window(team, source, voxel, m.window, m.keys);
        const int matrices = merge ? 1 : source.direction_count;
        for (int f = team.lane; f < features(); f += team.lanes) means[f] = 0.0;
        for (int d = 0; d < matrices; ++d) {
            const int end = merge ? source.direction_count : d + 1;
            double times = 0.0;
            for (int along = d; along < end; ++along) times += source.weights[along];
            const int runs = collect(team, source, window, m.keys, d, end);
            take_count_features(team, window, m, runs, source.weights, times * window.voxels, values);
            team.sync();
            for (int f = team.lane; f < features(); f += team.lanes) means[f] += values[f];
            team.sync();
        }
        for (int f = team.lane; f < features(); f += team.lanes) out[f] = means[f] / matrices;
        team.sync();
    }
};

}  // namespace oncometry::cuda
