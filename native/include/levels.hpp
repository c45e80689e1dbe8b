// Gray levels of a region in its box, with a border one voxel wide of level 0, which is outside.
#pragma once

#include <cstdint>

#include "components.hpp"

namespace oncometry {

// Level is std::uint8_t or std::uint16_t: the smaller one that holds `count`.
template <class Level>
struct Levels {
    const Level* data;  // (k, j, i), C-contiguous
    Shape shape;        // with the border
    int count;          // levels are 1 ... count
};

// How far a window around a voxel reaches along each axis.
struct Radii {
    int k, j, i;
};

}  // namespace oncometry
