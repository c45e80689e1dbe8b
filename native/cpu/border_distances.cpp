// The city-block distance is exact in passes along each axis, forth and back.
#include <algorithm>

#include "parallel.hpp"
#include "zones.hpp"

namespace oncometry {
namespace {

void nearer_than(std::uint16_t* row, const std::uint16_t* neighbor, int size) {
    for (int i = 0; i < size; ++i) row[i] = std::min<std::uint16_t>(row[i], std::uint16_t(neighbor[i] + 1));
}

// What lies outside the box is outside the mask, so a row at the box's face has at most 1.
void at_most_one(std::uint16_t* row, int size) {
    for (int i = 0; i < size; ++i) row[i] = std::min<std::uint16_t>(row[i], 1);
}

void along_row(const std::uint8_t* mask, std::uint16_t* row, int size) {
    std::uint16_t distance = 0;
    for (int i = 0; i < size; ++i) {
        distance = mask[i] != 0 ? std::uint16_t(distance + 1) : std::uint16_t(0);
        row[i] = distance;
    }
    distance = 0;
    for (int i = size - 1; i >= 0; --i) {
        distance = std::min<std::uint16_t>(row[i], std::uint16_t(distance + 1));
        row[i] = distance;
    }
}

void across_rows(std::uint16_t* first, std::size_t step, int rows, int size) {
    at_most_one(first, size);
    for (int r = 1; r < rows; ++r) nearer_than(first + r * step, first + (r - 1) * step, size);
    at_most_one(first + (rows - 1) * step, size);
    for (int r = rows - 2; r >= 0; --r) nearer_than(first + r * step, first + (r + 1) * step, size);
}

}  // namespace

DistanceMap border_distances(const std::uint8_t* mask, Shape box, const ZoneRule& rule) {
    DistanceMap map(box.size());
    if (map.empty()) return map;
    const std::size_t width = std::size_t(box.i), plane = width * std::size_t(box.j);
    run_jobs(box.k, rule.threads, [&](int k) {
        for (int j = 0; j < box.j; ++j) {
            const std::size_t at = k * plane + j * width;
            along_row(mask + at, map.data() + at, box.i);
        }
        across_rows(map.data() + k * plane, width, box.j, box.i);
    });
    if (rule.in_plane) return map;
    run_jobs(box.j, rule.threads, [&](int j) { across_rows(map.data() + j * width, plane, box.k, box.i); });
    return map;
}

}  // namespace oncometry
