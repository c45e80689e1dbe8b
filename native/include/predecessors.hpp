// Neighbors that come before a voxel in the raster, and which of them have to be looked at to find its zone.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

namespace oncometry {

struct Predecessor {
    int k, j, i;
};

constexpr int kPredecessors = 13, kInPlanePredecessors = 4;

// Those of the voxel's own slice come first.
constexpr std::array<Predecessor, kPredecessors> kPredecessorSteps{{
    {0, 0, -1},
    {0, -1, -1}, {0, -1, 0}, {0, -1, 1},
    {-1, -1, -1}, {-1, -1, 0}, {-1, -1, 1},
    {-1, 0, -1}, {-1, 0, 0}, {-1, 0, 1},
    {-1, 1, -1}, {-1, 1, 0}, {-1, 1, 1},
}};

// For each set of predecessors (bit b: step b) that have the voxel's level: one of each group of them that touch,
// since those are united already. Four bits a representative, ended by kEnd; four cliques cover the thirteen, so
// there are four at most.
class Representatives {
public:
    static constexpr std::uint32_t kEnd = 15;

    Representatives() {
        for (int b = 0; b < kPredecessors; ++b) touching_[std::size_t(b)] = touching(b);
        for (int set = 0; set < (1 << kPredecessors); ++set) table_[std::size_t(set)] = of_set(set);
    }

    std::uint32_t operator[](std::uint16_t set) const { return table_[set]; }

private:
    static int touching(int step) {
        const Predecessor& a = kPredecessorSteps[std::size_t(step)];
        int set = 0;
        for (int b = 0; b < kPredecessors; ++b) {
            const Predecessor& other = kPredecessorSteps[std::size_t(b)];
            if (std::abs(a.k - other.k) > 1 || std::abs(a.j - other.j) > 1 || std::abs(a.i - other.i) > 1) continue;
            set |= 1 << b;
        }
        return set;
    }

    std::uint32_t of_set(int set) const {
        std::uint32_t packed = 0;
        int shift = 0;
        for (int b = 0; b < kPredecessors; ++b) {
            if ((set >> b & 1) == 0) continue;
            packed |= std::uint32_t(b) << shift;
            shift += 4;
            set &= ~group_of(b, set);
        }
        return packed | kEnd << shift;
    }

    // Members of the set that are reached from one of them in steps between members that touch.
    int group_of(int member, int set) const {
        int group = 1 << member;
        for (int before = 0; before != group;) {
            before = group;
            for (int b = 0; b < kPredecessors; ++b) {
                if ((group >> b & 1) != 0) group |= touching_[std::size_t(b)] & set;
            }
        }
        return group;
    }

    std::array<int, kPredecessors> touching_;
    std::array<std::uint32_t, 1 << kPredecessors> table_;
};

}  // namespace oncometry
