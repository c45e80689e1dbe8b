#include "matrix.hpp"

#include <array>
#include <tuple>

namespace oncometry {

void merge_into(Cells& total, const Cells& cells, double weight) {
    Cells merged;
    merged.reserve(total.size() + cells.size());
    auto a = total.cbegin();
    const auto before = [](const Cell& x, const Cell& y) {
        return std::tie(x.row, x.column) < std::tie(y.row, y.column);
    };
    for (const Cell& cell : cells) {
        while (a != total.cend() && before(*a, cell)) merged.push_back(*a++);
        const bool same = a != total.cend() && !before(cell, *a);
        merged.push_back({cell.row, cell.column, (same ? (a++)->mass : 0.0) + weight * cell.mass});
    }
    merged.insert(merged.end(), a, total.cend());
    total = std::move(merged);
}

void sort_codes(std::vector<std::uint64_t>& codes) {
    constexpr int kBits = 11;
    constexpr std::uint64_t kMask = (1u << kBits) - 1;
    std::uint64_t used = 0;
    for (std::uint64_t code : codes) used |= code;
    std::vector<std::uint64_t> sorted(codes.size());
    for (int shift = 0; shift < 64 && (used >> shift) != 0; shift += kBits) {
        std::array<std::size_t, kMask + 2> starts{};
        for (std::uint64_t code : codes) ++starts[((code >> shift) & kMask) + 1];
        for (std::size_t digit = 0; digit < kMask; ++digit) starts[digit + 1] += starts[digit];
        for (std::uint64_t code : codes) sorted[starts[(code >> shift) & kMask]++] = code;
        codes.swap(sorted);
    }
}

}  // namespace oncometry
