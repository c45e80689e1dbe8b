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

// Sums over the cells: the first eight features, then of the mass, of what it multiplies, and of its square.
enum CountSum { kMass = kLargeHighLevelEmphasis + 1, kLevelSum, kNumberSum, kMassSquares, kCountSums };

// Also notes each mass in m.masses.
ONCOMETRY_LANE void add_up_counts(const Team& team, const Window& window, const CountMemory& m, int count,
                                  const double* weights, double (&s)[kCountSums]) {
    for (int at = team.lane; at < count; at += team.lanes) {
        const double mass = m.masses[at] = mass_at(m.keys, count, at, weights);
        const double level = window.levels[first_of(m.keys[at])], number = second_of(m.keys[at]);
        const double i2 = level * level, j2 = number * number;
        s[kSmallEmphasis] += mass / j2;
        s[kLargeEmphasis] += mass * j2;
        s[kLowLevelEmphasis] += mass / i2;
        s[kHighLevelEmphasis] += mass * i2;
        s[kSmallLowLevelEmphasis] += mass / i2 / j2;
        s[kSmallHighLevelEmphasis] += mass * i2 / j2;
        s[kLargeLowLevelEmphasis] += mass / i2 * j2;
        s[kLargeHighLevelEmphasis] += mass * i2 * j2;
        s[kMass] += mass;
        s[kLevelSum] += mass * level;
        s[kNumberSum] += mass * number;
        s[kMassSquares] += mass * mass;
    }
    add_up(team, m.sums, s);
}

// Of the masses noted: variances of level and number, and entropy.
ONCOMETRY_LANE void add_up_spread(const Team& team, const Window& window, const CountMemory& m, int count,
                                  const double* s, double (&spread)[3]) {
    for (int at = team.lane; at < count; at += team.lanes) {
        const double p = m.masses[at] / s[kMass];
        if (p == 0.0) continue;
        const double level = window.levels[first_of(m.keys[at])] - s[kLevelSum] / s[kMass];
        const double number = second_of(m.keys[at]) - s[kNumberSum] / s[kMass];
        spread[0] += level * level * p;
        spread[1] += number * number * p;
        spread[2] += p < 1.0 ? -p * std::log2(p) : 0.0;
    }
    add_up(team, m.sums, spread);
}

// keys: `count` sorted ones in m.keys, at least one. voxels: of the region, as often as a direction counts them.
ONCOMETRY_LANE void take_count_features(const Team& team, const Window& window, const CountMemory& m, int count,
                                        const double* weights, double voxels, double* out) {
    double s[kCountSums] = {}, spread[3] = {};
    add_up_counts(team, window, m, count, weights, s);
    add_up_spread(team, window, m, count, s, spread);
    const double levels = squared_level_masses(team, window, m, count), total = s[kMass];
    const double numbers = squared_number_masses(team, m, count, weights);
    if (team.lane != 0) return;
    for (int f = 0; f < kMass; ++f) out[f] = s[f] / total;
    out[kLevelNonUniformity] = levels / total;
    out[kLevelNonUniformityNormalized] = levels / total / total;
    out[kNonUniformity] = numbers / total;
    out[kNonUniformityNormalized] = numbers / total / total;
    out[kPercentage] = total / voxels;
    out[kLevelVariance] = spread[0];
    out[kVariance] = spread[1];
    out[kEntropy] = spread[2];
    out[kEnergy] = s[kMassSquares] / (total * total);
}

}  // namespace oncometry::cuda
