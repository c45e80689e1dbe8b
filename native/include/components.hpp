// 26-connected components of a mask, as runs of voxels, and the joining of parts that lie close.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oncometry {

// Sizes of a C-contiguous (k, j, i) array.
struct Shape {
    int k, j, i;
    std::size_t size() const { return std::size_t(k) * std::size_t(j) * std::size_t(i); }
};

// Voxels begin <= i < end of row (k, j); component counts from 0 in order of first voxel.
struct Run {
    int k, j, begin, end, component;
};

struct Components {
    std::vector<Run> runs;  // in order of k, j, i
    int count = 0;
};

Components find_components(const std::uint8_t* mask, Shape shape);

// Writes 1 + component into labels (zero elsewhere).
void paint(const Components& components, Shape shape, std::int32_t* labels);

// Unites labels whose free space between voxel boxes is < gap_mm; renumbers in order of first voxel.
// spacing: along i, j, k. Returns the new count.
int join_components(std::int32_t* labels, Shape shape, int count, const double spacing[3], double gap_mm);

}  // namespace oncometry
