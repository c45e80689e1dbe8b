#include <cmath>

#include "restoring.hpp"
#include "score_rows.hpp"
#include "voxels.hpp"

namespace oncometry::cuda {
namespace {

struct Voxel {
    int i, j, k;
};

ONCOMETRY_LANE Voxel voxel_of(std::int64_t at, const Shape& shape) {
    return {int(at % shape.i), int(at / shape.i % shape.j), int(at / shape.i / shape.j)};
}

template <class T>
struct HighestScoreOf {
    Scores<T> scores;
    Mapping mapping;
    Shape target;
    std::uint8_t* labels;

    ONCOMETRY_LANE void operator()(std::int64_t at) const {
        const Voxel v = voxel_of(at, target);
        Surroundings place;
        if (!surroundings_of(scores, mapping, v.i, v.j, v.k, place)) return;
        float best = -INFINITY;
        int label = 0;
        for (int channel = 0; channel < scores.channels; ++channel) {
            const float value = interpolated(scores.data + channel * scores.channel_stride, place);
            if (value > best) {
                best = value;
                label = channel;
            }
        }
        labels[at] = std::uint8_t(label);
    }
};

template <class T>
struct InnermostRegionOf {
    Scores<T> logits;
    Mapping mapping;
    Shape target;
    std::size_t voxels;  // of the target
    const RegionRule* rules;
    std::uint8_t* labels;
    float* probabilities;

    ONCOMETRY_LANE void operator()(std::int64_t at) const {
        const Voxel v = voxel_of(at, target);
        Surroundings place;
        if (!surroundings_of(logits, mapping, v.i, v.j, v.k, place)) return;
        std::uint8_t label = 0;
        for (int channel = 0; channel < logits.channels; ++channel) {
            const float value = interpolated(logits.data + channel * logits.channel_stride, place);
            if (value > rules[channel].above) label = rules[channel].label;
            probabilities[std::size_t(channel) * voxels + std::size_t(at)] = probability_of(bounded(value));
        }
        labels[at] = label;
    }
};

// The memory that the scores lie in, from the first to the last of them; strides may be negative.
template <class T>
class ScoresThere {
  public:
    explicit ScoresThere(const Scores<T>& scores) : there_(scores), low_(0), high_(0) {
        reach(scores.channels, scores.channel_stride);
        for (int axis = 0; axis < 3; ++axis) reach(scores.shape[axis], scores.stride[axis]);
    }
    const T* begin() const { return there_.data + low_; }
    std::size_t size() const { return std::size_t(high_ - low_ + 1); }
    Scores<T> at(const T* memory) const {
        Scores<T> moved = there_;
        moved.data = memory - low_;
        return moved;
    }

  private:
    void reach(int count, std::ptrdiff_t stride) {
        const std::ptrdiff_t far = (count - 1) * stride;
        (far < 0 ? low_ : high_) += far;
    }

    Scores<T> there_;
    std::ptrdiff_t low_, high_;
};

}  // namespace

template <class T>
void restore_classes(const Scores<T>& scores, const Mapping& mapping, Shape target, std::uint8_t* labels) {
    const ScoresThere<T> there(scores);
    const Input<T> values(there.begin(), there.size());
    const Output<std::uint8_t> out(labels, target.size());
    for_voxels(HighestScoreOf<T>{there.at(values.data()), mapping, target, out.data()}, std::int64_t(target.size()));
    out.hand_over();
}

template <class T>
void restore_regions(const Scores<T>& logits, const Mapping& mapping, Shape target,
                     const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities) {
    const ScoresThere<T> there(logits);
    const Input<T> values(there.begin(), there.size());
    const Input<RegionRule> told(rules.data(), rules.size());
    const Output<std::uint8_t> out(labels, target.size());
    const Output<float> likely(probabilities, rules.size() * target.size());
    const InnermostRegionOf<T> body{there.at(values.data()), mapping,    target,       target.size(),
                                    told.data(),             out.data(), likely.data()};
    for_voxels(body, std::int64_t(target.size()));
    out.hand_over();
    likely.hand_over();
}

template void restore_classes(const Scores<float>&, const Mapping&, Shape, std::uint8_t*);
template void restore_classes(const Scores<Half>&, const Mapping&, Shape, std::uint8_t*);
template void restore_regions(const Scores<float>&, const Mapping&, Shape, const std::vector<RegionRule>&,
                              std::uint8_t*, float*);
template void restore_regions(const Scores<Half>&, const Mapping&, Shape, const std::vector<RegionRule>&, std::uint8_t*,
                              float*);

}  // namespace oncometry::cuda
