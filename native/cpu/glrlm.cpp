#include "glrlm.hpp"

#include "directional.hpp"

namespace oncometry {

template <class Level>
std::vector<double> glrlm(const Levels<Level>& levels, const Plan& plan) {
    const std::vector<Extent> extents = row_extents(levels);
    const auto count = [&](Slab slab, const std::vector<Direction>& directions) {
        return count_runs(levels, extents, slab, directions);
    };
    return directional_features(plan, levels.shape, kGlrlmFeatures, count, glrlm_features);
}

template std::vector<double> glrlm(const Levels<std::uint8_t>&, const Plan&);
template std::vector<double> glrlm(const Levels<std::uint16_t>&, const Plan&);

}  // namespace oncometry
