// The city-block distance is exact in passes along each axis, forth and back.
#include <algorithm>
#include <cstring>

#include "matrix.hpp"
#include "parallel.hpp"
#include "zones.hpp"

namespace oncometry {
namespace {

// A row of distances, and the part of it that can be in the mask: only there is anything to do.
struct Row {
    std::uint16_t* data;
    Extent extent;
};

void no_further_than(const Row& row, const Row& neighbor) {
    for (int i = row.extent.begin; i < row.extent.end; ++i) {
        row.data[i] = std::min<std::uint16_t>(row.data[i], std::uint16_t(neighbor.data[i] + 1));
    }
}

// What lies outside the box is outside the mask.
void at_the_border(const Row& row) {
    for (int i = row.extent.begin; i < row.extent.end; ++i) row.data[i] = std::min<std::uint16_t>(row.data[i], 1);
}

// Distances within the row alone; they rise from both ends of each run of the mask.
Extent along_row(const std::uint8_t* mask, std::uint16_t* row, int size) {
    Extent extent{0, 0};
    for (int i = 0; i < size;) {
        if (mask[i] == 0) {
            ++i;
            continue;
        }
        const void* outside = std::memchr(mask + i, 0, std::size_t(size - i));
        const int end = outside ? int(static_cast<const std::uint8_t*>(outside) - mask) : size;
        for (int n = 0; n < end - i; ++n) row[i + n] = std::uint16_t(std::min(n + 1, end - i - n));
        if (extent.end == 0) extent.begin = i;
        extent.end = end;
        i = end;
    }
    return extent;
}

// row_at(0) ... row_at(count - 1) lie side by side.
template <class RowAt>
void across_rows(int count, const RowAt& row_at) {
    at_the_border(row_at(0));
    for (int r = 1; r < count; ++r) no_further_than(row_at(r), row_at(r - 1));
    at_the_border(row_at(count - 1));
    for (int r = count - 2; r >= 0; --r) no_further_than(row_at(r), row_at(r + 1));
}

}  // namespace

DistanceMap border_distances(const std::uint8_t* mask, Shape box, const ZoneRule& rule) {
    DistanceMap map(box.size());
    if (map.empty()) return map;
    std::vector<Extent> extents(std::size_t(box.k) * std::size_t(box.j));
    const auto row_at = [&](int k, int j) {
        const std::size_t row = std::size_t(k) * box.j + j;
        return Row{map.data() + row * box.i, extents[row]};
    };
    run_jobs(box.k, rule.threads, [&](int k) {
        for (int j = 0; j < box.j; ++j) {
            const std::size_t row = std::size_t(k) * box.j + j;
            extents[row] = along_row(mask + row * box.i, map.data() + row * box.i, box.i);
        }
        across_rows(box.j, [&](int j) { return row_at(k, j); });
    });
    if (rule.in_plane) return map;
    run_jobs(box.j, rule.threads, [&](int j) { across_rows(box.k, [&](int k) { return row_at(k, j); }); });
    return map;
}

}  // namespace oncometry
