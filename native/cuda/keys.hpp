// Lists of numbers that are counted by sorting them: memory grows with the voxels of a window, not with the levels.
#pragma once

#include "team.hpp"

namespace oncometry::cuda {

// Up to three numbers of 16 bits; the lowest is the direction, by which a key weighs. Others come before it.
using Key = std::uint64_t;
constexpr Key kNone = ~Key(0);  // sorts last
constexpr int kDirectionBits = 16;

ONCOMETRY_ANYWHERE inline Key key_of(int first, int second, int direction) {
    return Key(first) << 32 | Key(second) << kDirectionBits | Key(direction);
}
ONCOMETRY_LANE int first_of(Key key) { return int(key >> 32); }
ONCOMETRY_LANE int second_of(Key key) { return int(key >> kDirectionBits & 0xffff); }
ONCOMETRY_LANE int direction_of(Key key) { return int(key & 0xffff); }

// The power of two that a list of so many keys is padded to.
ONCOMETRY_ANYWHERE inline int padded(int count) {
    int size = 2;
    while (size < count) size *= 2;
    return size;
}

// How many of the sorted keys are less.
ONCOMETRY_LANE int count_below(const Key* keys, int count, Key bound) {
    int begin = 0;
    while (count > 0) {
        const int half = count / 2;
        if (keys[begin + half] < bound) {
            begin += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return begin;
}

// Batcher's bitonic sort, ascending, of padded(count) keys, of which those from `count` on become kNone. Returns how
// many are not kNone. A barrier before and after.
ONCOMETRY_LANE int sort_keys(const Team& team, Key* keys, int count) {
    const int size = padded(count);
    for (int at = count + team.lane; at < size; at += team.lanes) keys[at] = kNone;
    team.sync();
    for (int width = 2; width <= size; width *= 2) {
        for (int step = width / 2; step > 0; step /= 2) {
            for (int pair = team.lane; pair < size / 2; pair += team.lanes) {
                const int low = 2 * pair - (pair & (step - 1)), high = low + step;
                const Key a = keys[low], b = keys[high];
                if ((a > b) != ((low & width) == 0)) continue;
                keys[low] = b;
                keys[high] = a;
            }
            team.sync();
        }
    }
    return count_below(keys, size, kNone);
}

// How much keys that differ in their direction alone weigh together, at the first of them; 0 at the others. No barrier.
ONCOMETRY_LANE double mass_at(const Key* keys, int count, int at, const double* weights) {
    const Key cell = keys[at] >> kDirectionBits;
    if (at > 0 && keys[at - 1] >> kDirectionBits == cell) return 0.0;
    double mass = 0.0;
    for (int next = at; next < count && keys[next] >> kDirectionBits == cell; ++next) {
        mass += weights[direction_of(keys[next])];
    }
    return mass;
}

}  // namespace oncometry::cuda
