// Neighbors that come before a voxel in the raster, and which of them have to be looked at to find its zone.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

namespace oncometry {

constexpr int kPredecessors = 13, kInPlanePredecessors = 4;
constexpr int kNone = 15;

struct Predecessor {
    int k, j, i;
};

// Neighbors that come before a voxel in the raster, those of its own slice first.
constexpr std::array<Predecessor, kPredecessors> kPredecessorSteps{{{0, 0, -1}, {0, -1, -1}, {0, -1, 0}, {0, -1, 1},
                                                   {-1, -1, -1}, {-1, -1, 0}, {-1, -1, 1}, {-1, 0, -1}, {-1, 0, 0},
                                                   {-1, 0, 1}, {-1, 1, -1}, {-1, 1, 0}, {-1, 1, 1}}};

inline bool touch(const Predecessor& a, const Predecessor& b) {
    return std::abs(a.k - b.k) <= 1 && std::abs(a.j - b.j) <= 1 && std::abs(a.i - b.i) <= 1;
}

// For each set of predecessors of the voxel's level: one of each group that touches, as they are united already.
// Four bits a predecessor, ended by kNone; there are four groups at most, since four cliques cover the thirteen.
class Representatives {
public:
    Representatives() {
        for (int set = 0; set < (1 << kPredecessors); ++set) table_[std::size_t(set)] = of_set(set);
    }
    std::uint32_t operator[](std::uint16_t set) const { return table_[set]; }

private:
    static std::uint32_t of_set(int set) {
        std::uint32_t packed = 0;
        int parts = 0;
        for (int left = set; left != 0;) {
            const int first = lowest(left);
            packed |= std::uint32_t(first) << (4 * parts++);
            left &= ~group_of(first, left);
        }
        return packed | std::uint32_t(kNone) << (4 * parts);
    }
    static int lowest(int set) {
        int b = 0;
        while ((set >> b & 1) == 0) ++b;
        return b;
    }
    static int group_of(int first, int set) {
        int group = 1 << first;
        for (bool grown = true; grown;) {
            grown = false;
            for (int b = 0; b < kPredecessors; ++b) {
                if ((set >> b & 1) == 0 || (group >> b & 1) != 0) continue;
                for (int g = 0; g < kPredecessors && (group >> b & 1) == 0; ++g) {
                    if ((group >> g & 1) != 0 && touch(kPredecessorSteps[std::size_t(b)], kPredecessorSteps[std::size_t(g)])) group |= 1 << b;
                }
                grown = grown || (group >> b & 1) != 0;
            }
        }
        return group;
    }

    std::array<std::uint32_t, 1 << kPredecessors> table_;
};

}  // namespace oncometry
