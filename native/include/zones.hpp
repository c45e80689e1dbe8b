// Zones: voxels of one gray level that touch, corners included; and their distance to the region's border.
#pragma once

#include <cstdint>
#include <vector>

#include "count_matrix.hpp"
#include "levels.hpp"
#include "matrix.hpp"

namespace oncometry {

struct Zone {
    std::uint32_t level, size, distance;  // distance: the smallest of its voxels; 0 where none was asked for
};

// Distances of the morphological mask's voxels in its box, that is without the levels' border.
using DistanceMap = std::vector<std::uint16_t>;

struct ZoneRule {
    bool in_plane = false;  // zones do not cross slices
    int threads = 1;
};

// Steps between face neighbors from each voxel of the mask to the nearest outside it; border voxels have 1.
DistanceMap border_distances(const std::uint8_t* mask, Shape box, const ZoneRule& rule);

template <class Level>
struct ZoneSource {
    Levels<Level> levels;
    const std::vector<Extent>& extents;  // of the levels' rows
    const std::uint16_t* distances;      // null, or a map in the levels' shape less the border
};

template <class Level>
std::vector<Zone> find_zones(const ZoneSource<Level>& source, Slab slices, const ZoneRule& rule);

struct ZoneMatrices {
    CountMatrix sizes;
    CountMatrix distances;  // no cells where no distance was asked for
};

ZoneMatrices zone_matrices(const std::vector<Zone>& zones, int level_count, bool with_distances);

// Features of the zones' sizes in every voxel's window, as glcm_map; a zone ends where the window does.
template <class Level>
void zone_map(const Levels<Level>& levels, const Radii& radii, int threads, double* out,
              const std::uint8_t* centers = nullptr);

}  // namespace oncometry
