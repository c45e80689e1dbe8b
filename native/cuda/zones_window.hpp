// The twin of cpu/zones.cpp: zones of one window, by a team. A voxel's label is the first voxel of its zone that it has
// heard of; every voxel listens to its neighbors until none hears anything new.
#pragma once

#include "counts.hpp"

namespace oncometry::cuda {

// The least label of a voxel and of its 26 neighbors of the same level.
ONCOMETRY_LANE int least_label(const Window& window, const std::uint16_t* labels, int at) {
    int least = labels[at];
    for (int step = 0; step < 27; ++step) {
        const Direction d{step / 9 - 1, step / 3 % 3 - 1, step % 3 - 1};
        if (window.rank_beside(at, d) != window.ranks[at]) continue;
        const int label = labels[at + (d.k * window.j + d.j) * window.i + d.i];
        least = least < label ? least : label;
    }
    return least;
}

// labels: two lists of the window's size, used in turn. Returns the last.
ONCOMETRY_LANE std::uint16_t* label_zones(const Team& team, const Window& window, double* sums, std::uint16_t* labels,
                                          std::uint16_t* next) {
    for (int at = team.lane; at < window.size(); at += team.lanes) labels[at] = std::uint16_t(at);
    team.sync();
    for (double changes = 1.0; changes > 0.0;) {
        changes = 0.0;
        for (int at = team.lane; at < window.size(); at += team.lanes) {
            if (window.ranks[at] == kOutside) continue;
            next[at] = std::uint16_t(least_label(window, labels, at));
            changes += next[at] != labels[at];
        }
        changes = add_up(team, sums, changes);
        std::uint16_t* before = labels;
        labels = next;
        next = before;
    }
    return labels;
}

struct ZoneWindows {
    int most_keys;

    ONCOMETRY_ANYWHERE int features() const { return kCountFeatures; }
    ONCOMETRY_ANYWHERE std::size_t memory(const Radii& radii, int lanes) const {
        Arena arena(nullptr);
        CountMemory(arena, radii, lanes, most_keys);
        arena.take<std::uint16_t>(2 * most_voxels(radii));
        return arena.taken();
    }

    ONCOMETRY_LANE void operator()(const Team& team, const WindowSource& source, std::int64_t voxel, void* memory,
                                   double* out) const {
        Arena arena(memory);
        const CountMemory m(arena, source.radii, team.lanes, most_keys);
        std::uint16_t* labels = arena.take<std::uint16_t>(2 * most_voxels(source.radii));
        const Window window = cut_window(team, source, voxel, m.window, m.keys);
        labels = label_zones(team, window, m.sums, labels, labels + most_voxels(source.radii));
        for (int at = team.lane; at < window.size(); at += team.lanes) {
            m.by_number[at] = window.ranks[at] == kOutside ? kNone : key_of(window.ranks[at], labels[at], 0);
        }
        const int voxels = sort_keys(team, m.by_number, window.size());
        for (int at = team.lane; at < voxels; at += team.lanes) {
            const int size = int(mass_at(m.by_number, voxels, at, source.weights));
            m.keys[at] = size == 0 ? kNone : key_of(first_of(m.by_number[at]), size, 0);
        }
        const int zones = sort_keys(team, m.keys, voxels);
        take_count_features(team, window, m, zones, source.weights, voxels, out);
        team.sync();
    }
};

}  // namespace oncometry::cuda
