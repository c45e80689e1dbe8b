// The parts that mesh.cpp puts together.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "mesh.hpp"

namespace oncometry {

// Mask and smoothed mask with a ring of one node around them.
struct Nodes {
    Shape shape{0, 0, 0};  // with the ring
    std::vector<std::uint8_t> inside;
    std::vector<float> field;
    bool on_ring(std::size_t node) const;
};

Nodes smooth_nodes(const std::uint8_t* mask, const float* field, Shape shape, const double sigma[3]);

struct Crossing3 {
    Position in;      // the inside node, index coordinates of the array
    Position step;    // to the outside one
    float value, beyond;
    bool fixed;       // the outside lies beyond the array
};

struct Mesh {
    std::vector<Crossing3> crossings;
    std::vector<std::array<int, 3>> triangles;  // counterclockwise seen from outside
};

Mesh build_mesh(const Nodes& nodes);

}  // namespace oncometry
