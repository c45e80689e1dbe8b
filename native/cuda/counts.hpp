// The twin of cpu/count_matrix.cpp: features of (level, number) pairs in one window, by a team.
//
// GLRLM's are the same formulas as those of GLSZM and NGLDM, in the same order, of runs instead of zones and voxels.
#pragma once

#include <cmath>

#include "count_matrix.hpp"
#include "window.hpp"

namespace oncometry::cuda {

struct CountMemory {
    ONCOMETRY_ANYWHERE CountMemory(Arena& arena, const Radii& radii, int lanes, int most_keys)
        : window(arena, radii), sums(take_sums(arena, lanes)), keys(arena.take<Key>(padded(most_keys))),
          by_number(arena.take<Key>(padded(most_keys))), masses(arena.take<double>(padded(most_keys))) {}
    WindowMemory window;
    double* sums;
    Key *keys, *by_number;  // (rank, number, direction), and (number, direction)
    double* masses;
};

// Sum over the ranks of their squared mass.
ONCOMETRY_LANE double squared_level_masses(const Team& team, const Window& window, const CountMemory& m, int count) {
    double squares = 0.0;
    for (int rank = team.lane; rank < window.rank_count; rank += team.lanes) {
        double mass = 0.0;
        const int end = count_below(m.keys, count, key_of(rank + 1, 0, 0));
        for (int at = count_below(m.keys, count, key_of(rank, 0, 0)); at < end; ++at) mass += m.masses[at];
        squares += mass * mass;
    }
    return add_up(team, m.sums, squares);
}

// Sum over the numbers of their squared mass.
ONCOMETRY_LANE double squared_number_masses(const Team& team, const CountMemory& m, int count, const double* weights) {
    for (int at = team.lane; at < count; at += team.lanes) m.by_number[at] = m.keys[at] & 0xffffffffu;
    sort_keys(team, m.by_number, count);
    double squares = 0.0;
    for (int at = team.lane; at < count; at += team.lanes) {
        const double mass = mass_at(m.by_number, count, at, weights);
        squares += mass * mass;
    }
    return add_up(team, m.sums, squares);
}

// keys: `count` sorted ones in m.keys, at least one. voxels: of the region, as often as a direction counts them.
ONCOMETRY_LANE void take_count_features(const Team& team, const Window& window, const CountMemory& m, int count,
                                        const double* weights, double voxels, double* out) {
    double s[12] = {};
    for (int at = team.lane; at < count; at += team.lanes) {
        const double mass = m.masses[at] = mass_at(m.keys, count, at, weights);
        const double level = window.levels[first_of(m.keys[at])], number = second_of(m.keys[at]);
        const double i2 = level * level, j2 = number * number;
        s[0] += mass / j2;
        s[1] += mass * j2;
        s[2] += mass / i2;
        s[3] += mass * i2;
        s[4] += mass / i2 / j2;
        s[5] += mass * i2 / j2;
        s[6] += mass / i2 * j2;
        s[7] += mass * i2 * j2;
        s[8] += mass;
        s[9] += mass * level;
        s[10] += mass * number;
        s[11] += mass * mass;
    }
    add_up(team, m.sums, s);
    const double total = s[8], mean_level = s[9] / total, mean_number = s[10] / total;
    double c[3] = {};
    for (int at = team.lane; at < count; at += team.lanes) {
        const double p = m.masses[at] / total;
        if (p == 0.0) continue;
        const double level = window.levels[first_of(m.keys[at])] - mean_level;
        const double number = second_of(m.keys[at]) - mean_number;
        c[0] += level * level * p;
        c[1] += number * number * p;
        c[2] += p < 1.0 ? -p * std::log2(p) : 0.0;
    }
    add_up(team, m.sums, c);
    const double levels = squared_level_masses(team, window, m, count);
    const double numbers = squared_number_masses(team, m, count, weights);
    if (team.lane != 0) return;
    for (int f = 0; f < 8; ++f) out[f] = s[f] / total;
    out[kLevelNonUniformity] = levels / total;
    out[kLevelNonUniformityNormalized] = levels / total / total;
    out[kNonUniformity] = numbers / total;
    out[kNonUniformityNormalized] = numbers / total / total;
    out[kPercentage] = total / voxels;
    out[kLevelVariance] = c[0];
    out[kVariance] = c[1];
    out[kEntropy] = c[2];
    out[kEnergy] = s[11] / (total * total);
}

}  // namespace oncometry::cuda
