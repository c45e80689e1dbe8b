// Matrices over gray levels, as sorted lists of cells: what the directional texture families share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "levels.hpp"

namespace oncometry {

struct Direction {
    int k, j, i;  // of its first component that is not 0, the sign is positive
};

// Planes begin <= k < end of the levels.
struct Slab {
    int begin, end;
};

struct Cell {
    std::int32_t row, column;
    double mass;
};
using Cells = std::vector<Cell>;  // rising in (row, column), no two alike

// What one value is made of: a matrix for each slab and direction, or for each slab, its directions merged.
struct Plan {
    std::vector<Direction> directions;
    std::vector<double> weights;  // one a direction; they count where directions are merged
    bool by_slice;
    bool merge;
    int threads;
};

// Where each row (k, j) holds its first and after its last level that is not 0, the border left out; equal if none is.
struct Extent {
    std::int32_t begin, end;
};

template <class Level>
std::vector<Extent> row_extents(const Levels<Level>& levels) {
    const std::size_t width = std::size_t(levels.shape.i);
    std::vector<Extent> extents(levels.shape.size() / std::max<std::size_t>(width, 1));
    for (std::size_t row = 0; row < extents.size(); ++row) {
        const Level* data = levels.data + row * width;
        std::int32_t begin = 1, end = std::max(1, levels.shape.i - 1);
        while (begin < end && data[begin] == 0) ++begin;
        while (end > begin && data[end - 1] == 0) --end;
        extents[row] = {begin, end};
    }
    return extents;
}

// Adds weight times `cells` to `total`.
void merge_into(Cells& total, const Cells& cells, double weight);

// Ascending, by digits: many times faster than comparing.
void sort_codes(std::vector<std::uint64_t>& codes);

// ++table[a * stride + b] of each. Equal pairs follow each other often; two tables in turn keep one count from waiting
// for the last.
template <class A, class B>
void count_in_turn(const A* a, const B* b, int size, std::size_t stride, std::uint32_t* even, std::uint32_t* odd) {
    int i = 0;
    for (; i + 1 < size; i += 2) {
        ++even[a[i] * stride + b[i]];
        ++odd[a[i + 1] * stride + b[i + 1]];
    }
    if (i < size) ++even[a[i] * stride + b[i]];
}

}  // namespace oncometry
