// How many voxels a region has at each gray level.
#pragma once

#include <vector>

#include "levels.hpp"

namespace oncometry {

// counts[level]; counts[0] is what lies outside. A level above `count` is an error of the caller and is left out.
template <class Level>
std::vector<std::int64_t> level_counts(const Levels<Level>& levels);

}  // namespace oncometry
