#include "row_runs.hpp"

#include <cstring>

namespace oncometry {
namespace {

// First i >= `from` where the row is no longer `state` (ni if there is none).
int next_change(const std::uint8_t* row, int from, int ni, bool state) {
    int i = from;
    const std::uint64_t same = state ? 0x0101010101010101ULL : 0ULL;
    for (; i + 8 <= ni; i += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, row + i, 8);
        if (eight != same) break;
    }
    while (i < ni && (row[i] != 0) == state) ++i;
    return i;
}

}  // namespace

RowRuns::RowRuns(const std::uint8_t* mask, Shape shape) : shape_(shape) {
    const std::size_t rows = std::size_t(shape.k) * std::size_t(shape.j);
    starts_.reserve(rows + 1);
    ends_.reserve(4 * rows);
    starts_.push_back(0);
    for (std::size_t r = 0; r < rows; ++r) {
        const std::uint8_t* row = mask + r * std::size_t(shape.i);
        for (int i = next_change(row, 0, shape.i, false); i < shape.i;) {
            ends_.push_back(i);
            i = next_change(row, i, shape.i, true);
            ends_.push_back(i);
            i = next_change(row, i, shape.i, false);
        }
        starts_.push_back(ends_.size());
    }
}

}  // namespace oncometry
