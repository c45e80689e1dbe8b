// The twins of cpu/neighborhoods.cpp and cpu/tone_features.cpp: neighbors in one window, by a team.
#pragma once

#include "counts.hpp"
#include "neighborhoods.hpp"

namespace oncometry::cuda {

// Of one voxel within its window.
struct Neighbors {
    int count, dependent;
    std::int64_t sum;  // of their levels
};

ONCOMETRY_LANE Neighbors neighbors_of(const WindowSource& source, const Window& window, int at, int alpha) {
    Neighbors found{0, 0, 0};
    const int level = window.levels[window.ranks[at]];
    for (int d = 0; d < source.direction_count; ++d) {
        const std::uint16_t rank = window.rank_beside(at, source.directions[d]);
        if (rank == kOutside) continue;
        const int other = window.levels[rank], difference = other > level ? other - level : level - other;
        ++found.count;
        found.dependent += difference <= alpha;
        found.sum += other;
    }
    return found;
}

struct DependenceWindows {
    int alpha, most_keys;

    ONCOMETRY_ANYWHERE int features() const { return kCountFeatures; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        CountMemory(arena, radii, lanes, most_keys);
        return arena.taken();
    }

    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        const CountMemory m(arena, source.radii, team.lanes, most_keys);
        const Window window = cut_window(team, source, voxel, m.window, m.keys);
        for (int at = team.lane; at < window.size(); at += team.lanes) {
            const int rank = window.ranks[at];
            m.keys[at] = kNone;
            if (rank == kOutside) continue;
            m.keys[at] = key_of(rank, 1 + neighbors_of(source, window, at, alpha).dependent, 0);
        }
        const int voxels = sort_keys(team, m.keys, window.size());
        take_count_features(team, window, m, voxels, source.weights, voxels, out);
        team.sync();
    }
};

struct ToneMemory {
    ONCOMETRY_ANYWHERE ToneMemory(Arena& arena, const Radii& radii, int lanes)
        : window(arena, radii), sums(take_sums(arena, lanes)), keys(arena.take<Key>(padded(most_voxels(radii)))),
          differences(arena.take<double>(most_voxels(radii))), counts(arena.take<double>(most_voxels(radii))),
          apart(arena.take<double>(most_voxels(radii))) {}
    WindowMemory window;
    double* sums;
    Key* keys;
    double *differences, *counts;  // s_i and n_i of a rank
    double* apart;                 // of a voxel, from the mean of its neighbors
};

// s_i and n_i of each rank; returns how many voxels count: all, or without `lone` those that have a neighbor. A barrier
// before it returns.
ONCOMETRY_LANE int take_tone_rows(const Team& team, const WindowSource& source, const Window& window, bool lone,
                                  const ToneMemory& m) {
    for (int at = team.lane; at < window.size(); at += team.lanes) {
        const int rank = window.ranks[at];
        m.keys[at] = kNone;
        if (rank == kOutside) continue;
        const Neighbors found = neighbors_of(source, window, at, 0);
        const double difference = double(std::int64_t(window.levels[rank]) * found.count - found.sum);
        if (lone || found.count > 0) m.keys[at] = key_of(rank, at, 0);
        m.apart[at] = found.count == 0 ? 0.0 : std::fabs(difference) / found.count;
    }
    const int voxels = sort_keys(team, m.keys, window.size());
    for (int rank = team.lane; rank < window.rank_count; rank += team.lanes) {
        const int begin = count_below(m.keys, voxels, key_of(rank, 0, 0));
        const int end = count_below(m.keys, voxels, key_of(rank + 1, 0, 0));
        m.counts[rank] = end - begin;
        m.differences[rank] = 0.0;
        for (int at = begin; at < end; ++at) m.differences[rank] += m.apart[second_of(m.keys[at])];
    }
    team.sync();
    return voxels;
}

struct ToneWindows {
    bool lone;

    ONCOMETRY_ANYWHERE int features() const { return kToneFeatures; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        ToneMemory(arena, radii, lanes);
        return arena.taken();
    }

    // The sums of IBSI 3.10 as they stand there, over all pairs of levels; a window has few.
    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        const ToneMemory m(arena, source.radii, team.lanes);
        const Window window = cut_window(team, source, voxel, m.window, m.keys);
        const int voxels = take_tone_rows(team, source, window, lone, m);
        double s[7] = {};
        for (int pair = team.lane; pair < window.rank_count * window.rank_count; pair += team.lanes) {
            const int a = pair / window.rank_count, b = pair % window.rank_count;
            const double i = window.levels[a], j = window.levels[b], step = std::fabs(i - j);
            const double ni = m.counts[a], nj = m.counts[b], si = m.differences[a], sj = m.differences[b];
            if (ni == 0.0 || nj == 0.0) continue;
            s[0] += a == b ? ni * si : 0.0;
            s[1] += a == b ? si : 0.0;
            s[2] += ni * nj * step * step;
            s[3] += std::fabs(i * ni - j * nj);
            s[4] += step * (ni * si + nj * sj) / (ni + nj);
            s[5] += (ni + nj) * step * step;
            s[6] += a == b;
        }
        add_up(team, m.sums, s);
        if (team.lane == 0) take_features(s, voxels, out);
        team.sync();
    }

    ONCOMETRY_LANE static void take_features(const double* s, double voxels, double* out) {
        for (int f = 0; f < kToneFeatures; ++f) out[f] = kNothing;
        if (voxels == 0.0) return;
        const double pairs = s[6] * (s[6] - 1.0), most = 1e6;  // coarseness where no voxel differs (IBSI)
        out[0] = s[0] > 0.0 && voxels / s[0] < most ? voxels / s[0] : most;
        out[1] = pairs > 0.0 ? s[2] / (voxels * voxels) / pairs * s[1] / voxels : 0.0;
        out[2] = s[3] > 0.0 ? s[0] / s[3] : 0.0;
        out[3] = s[4] / voxels;
        out[4] = s[1] > 0.0 ? s[5] / voxels / s[1] : 0.0;
    }
};

}  // namespace oncometry::cuda
