// Scores of a network's grid to labels on an image's grid. The scores on that grid, which take many times the memory of
// the labels, are never held: a row of them is interpolated, decided about and forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "components.hpp"
#include "interpolation.hpp"

namespace oncometry {

// Axes are 0 i, 1 j, 2 k here.
template <class T>  // float or Half
struct Scores {
    const T* data;
    int channels, shape[3];
    std::ptrdiff_t channel_stride, stride[3];  // in elements, any
};

// From a voxel (i, j, k, 1) of the target to a place (i, j, k) among the scores.
struct Mapping {
    double row[3][4];

    ONCOMETRY_ANYWHERE double operator()(int axis, int i, int j, int k) const {
        const double* r = row[axis];
        return r[0] * i + (r[1] * j + r[2] * k + r[3]);
    }
};

// Of each region, from the outermost to the innermost: it is where the logit lies above `above`, and gives `label` where
// no inner one does.
struct RegionRule {
    float above;
    std::uint8_t label;
};

constexpr float kFaint = 1024.0F;  // probabilities are whole parts of it

// To where a probability is as good as 0 or 1; what is not a number is as good as 0.
ONCOMETRY_ANYWHERE inline float bounded(float logit) {
    const float least = logit > -20.0F ? logit : -20.0F;
    return least < 20.0F ? least : 20.0F;
}

// 1 / (1 + exp(-logit)) of a bounded logit, rounded to a part of kFaint. exp by its series about the nearest power of
// 2, to 1e-7; without branches.
ONCOMETRY_ANYWHERE inline float probability_of(float logit) {
    constexpr float whole = 12582912.0F;  // 1.5 * 2^23: what is added to it is rounded to a whole number
    const float power = logit * -1.44269504F, nearest = (power + whole) - whole;
    const float x = (power - nearest) * 0.693147181F;
    const float series =
        1.0F + x * (1.0F + x * (0.5F + x * (1.0F / 6 + x * (1.0F / 24 + x * (1.0F / 120 + x * (1.0F / 720))))));
    const std::int32_t bits = (std::int32_t(nearest) + 127) << 23;
    float two;
    std::memcpy(&two, &bits, sizeof two);
    const float part = kFaint / (1.0F + series * two);
    return ((part + whole) - whole) / kFaint;
}

// The channel of the highest score, the first of equals. labels: (k, j, i) of the target, 0 at first; what the scores do
// not reach is not touched. At most 256 channels.
template <class T>
void restore_classes(const Scores<T>& scores, const Mapping& mapping, Shape target, std::uint8_t* labels, int threads);

// As told by the rules, one a channel. probabilities: (channels, k, j, i) of the target, 0 at first.
template <class T>
void restore_regions(const Scores<T>& logits, const Mapping& mapping, Shape target,
                     const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities, int threads);

}  // namespace oncometry
