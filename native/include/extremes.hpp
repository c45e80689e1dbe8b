// In planes through a region's voxels or halfway between them: the first and the last point of each line.
#pragma once

#include <array>
#include <vector>

#include "row_runs.hpp"

namespace oncometry {

// The planes are normal to axes[0], their lines lie at places along axes[1], points on lines along axes[2];
// axes: 0 is i, 1 is j, 2 is k.
class Extremes {
public:
    Extremes(std::array<int, 3> axes, int planes, int lines)
        : axes(axes), planes(planes), lines(lines), low_(size(), 1), high_(size(), 0) {}

    bool has(int plane, int line) const { return low(plane, line) <= high(plane, line); }
    int low(int plane, int line) const { return low_[at(plane, line)]; }
    int high(int plane, int line) const { return high_[at(plane, line)]; }

    void set(int plane, int line, int low, int high) {
        low_[at(plane, line)] = low;
        high_[at(plane, line)] = high;
    }

    // Takes in one more point; points of a line come in rising order.
    void append(int plane, int line, int point) {
        if (!has(plane, line)) low_[at(plane, line)] = point;
        high_[at(plane, line)] = point;
    }

    const std::array<int, 3> axes;
    const int planes, lines;

private:
    std::size_t size() const { return std::size_t(planes) * std::size_t(lines); }
    std::size_t at(int plane, int line) const {
        return std::size_t(line) * std::size_t(planes) + std::size_t(plane);
    }

    std::vector<int> low_, high_;
};

// Voxels in the planes through voxel centers.
Extremes voxels_by_k(const RowRuns& region);
Extremes voxels_by_j(const RowRuns& region);
Extremes voxels_by_i(const RowRuns& region);

// Places halfway between two voxels of which one alone is inside; plane p lies between the voxels p - 1 and p.
Extremes borders_by_k(const RowRuns& region);
Extremes borders_by_j(const RowRuns& region);
Extremes borders_by_i(const RowRuns& region);

}  // namespace oncometry
