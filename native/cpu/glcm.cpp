#include "glcm.hpp"

#include "directional.hpp"

namespace oncometry {
template <class Level>
std::vector<double> glcm(const Levels<Level>& levels, const Plan& plan, const GlcmRule& given) {
    const std::vector<Extent> extents = row_extents(levels);
    GlcmRule rule = given;
    rule.single_level = has_single_level(levels);
    const auto count = [&](Slab slab, const std::vector<Direction>& directions) {
        return count_pairs(levels, extents, slab, directions, rule.symmetric);
    };
    const auto evaluate = [&](const Cells& cells) {
        static thread_local GlcmMarginals marginals;
        return glcm_features(cells, rule, marginals);
    };
    return directional_features(plan, levels.shape, kGlcmFeatures + rule.pyradiomics, count, evaluate);
}

template std::vector<double> glcm(const Levels<std::uint8_t>&, const Plan&, const GlcmRule&);
template std::vector<double> glcm(const Levels<std::uint16_t>&, const Plan&, const GlcmRule&);

}  // namespace oncometry
