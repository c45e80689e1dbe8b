// Pairs of levels, direction outermost in blocks of rows, so that table and levels stay in the nearest cache.
#include <algorithm>

#include "glcm.hpp"

namespace oncometry {
namespace {

constexpr int kBlockVoxels = 8192;
constexpr std::size_t kDenseCells = 1 << 18;

struct Piece {
    std::size_t at, neighbor;  // of the first voxel, and of its neighbor
    int size;
};

// The part of row (k, j) that lies in the region's extent, as its neighbors do.
template <class Level>
Piece piece_of(const Levels<Level>& levels, const std::vector<Extent>& extents, int k, int j, Direction d) {
    const Shape shape = levels.shape;
    const int nk = k + d.k, nj = j + d.j;
    if (nk < 0 || nk >= shape.k || nj < 0 || nj >= shape.j) return {0, 0, 0};
    const std::size_t row = std::size_t(k) * shape.j + j, other = std::size_t(nk) * shape.j + nj;
    const int begin = std::max(extents[row].begin, extents[other].begin - d.i);
    const int end = std::min(extents[row].end, extents[other].end - d.i);
    return {row * shape.i + begin, other * shape.i + begin + d.i, std::max(0, end - begin)};
}

// Calls take(piece) for all rows of the slab, blocks outermost, then directions: take(direction, piece).
template <class Level, class Take>
void for_pieces(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                const std::vector<Direction>& directions, const Take& take) {
    const int rows = (slab.end - slab.begin) * levels.shape.j;
    const int step = std::max(1, kBlockVoxels / levels.shape.i);
    for (int block = 0; block < rows; block += step) {
        for (std::size_t d = 0; d < directions.size(); ++d) {
            for (int row = block; row < std::min(rows, block + step); ++row) {
                const int k = slab.begin + row / levels.shape.j, j = row % levels.shape.j;
                const Piece piece = piece_of(levels, extents, k, j, directions[d]);
                if (piece.size > 0) take(d, piece);
            }
        }
    }
}

Cells cells_of_table(std::uint32_t* even, const std::uint32_t* odd, int levels, bool symmetric) {
    const std::size_t stride = std::size_t(levels) + 1;
    for (std::size_t c = 0; c < stride * stride; ++c) even[c] += odd[c];
    Cells cells;
    for (int a = 1; a <= levels; ++a) {
        for (int b = symmetric ? a : 1; b <= levels; ++b) {
            const std::uint32_t mirrored = symmetric && a != b ? even[b * stride + a] : 0;
            const std::uint64_t pairs = std::uint64_t(even[a * stride + b]) + mirrored;
            if (pairs != 0) cells.push_back({a, b, double(pairs)});
        }
    }
    return cells;
}

Cells cells_of_codes(std::vector<std::uint64_t>& codes) {
    sort_codes(codes);
    Cells cells;
    for (std::size_t c = 0; c < codes.size();) {
        std::size_t next = c;
        while (next < codes.size() && codes[next] == codes[c]) ++next;
        cells.push_back({std::int32_t(codes[c] >> 32), std::int32_t(codes[c] & 0xffffffffu), double(next - c)});
        c = next;
    }
    return cells;
}

// Many levels: a code a pair, sorted; memory grows with the voxels, not with the square of the levels.
template <class Level>
Cells count_sparse(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab, Direction direction,
                   bool symmetric) {
    std::vector<std::uint64_t> codes;
    for_pieces(levels, extents, slab, {direction}, [&](std::size_t, Piece piece) {
        for (int i = 0; i < piece.size; ++i) {
            std::uint64_t a = levels.data[piece.at + i], b = levels.data[piece.neighbor + i];
            if (a == 0 || b == 0) continue;
            if (symmetric && a > b) std::swap(a, b);
            codes.push_back(a << 32 | b);
        }
    });
    return cells_of_codes(codes);
}

template <class Level>
std::size_t voxels_within(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab) {
    std::size_t voxels = 0;
    for (int row = slab.begin * levels.shape.j; row < slab.end * levels.shape.j; ++row) {
        voxels += std::size_t(extents[std::size_t(row)].end - extents[std::size_t(row)].begin);
    }
    return voxels;
}

}  // namespace

template <class Level>
std::vector<Cells> count_pairs(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slab,
                               const std::vector<Direction>& directions, bool symmetric) {
    const std::size_t stride = std::size_t(levels.count) + 1, size = stride * stride;
    std::vector<Cells> cells;
    if (size > std::min(kDenseCells, std::max<std::size_t>(8 * voxels_within(levels, extents, slab), 1024))) {
        for (Direction d : directions) cells.push_back(count_sparse(levels, extents, slab, d, symmetric));
        return cells;
    }
    std::vector<std::uint32_t> tables(2 * size * directions.size());
    for_pieces(levels, extents, slab, directions, [&](std::size_t d, Piece piece) {
        std::uint32_t* even = tables.data() + 2 * d * size;
        count_in_turn(levels.data + piece.at, levels.data + piece.neighbor, piece.size, stride, even, even + size);
    });
    for (std::size_t d = 0; d < directions.size(); ++d) {
        std::uint32_t* even = tables.data() + 2 * d * size;
        cells.push_back(cells_of_table(even, even + size, levels.count, symmetric));
    }
    return cells;
}

template std::vector<Cells> count_pairs(const Levels<std::uint8_t>&, const std::vector<Extent>&, Slab,
                                        const std::vector<Direction>&, bool);
template std::vector<Cells> count_pairs(const Levels<std::uint16_t>&, const std::vector<Extent>&, Slab,
                                        const std::vector<Direction>&, bool);

}  // namespace oncometry
