// The restoring of scores on a device, under the names and with the arguments that _native's have.
#include "restore_arrays.hpp"
#include "restoring.hpp"

namespace nb = nanobind;

namespace oncometry::cuda {
namespace {

// threads: of the CPU's kernels; a device does not ask for them.
struct ByDevice {
    template <class T>
    static void classes(const Scores<T>& scores, const Mapping& mapping, Shape target, std::uint8_t* labels, int) {
        restore_classes(scores, mapping, target, labels);
    }
    template <class T>
    static void regions(const Scores<T>& logits, const Mapping& mapping, Shape target,
                        const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities, int) {
        restore_regions(logits, mapping, target, rules, labels, probabilities);
    }
};

}  // namespace

void register_scores(nb::module_& m) { register_restore<ByDevice>(m); }

}  // namespace oncometry::cuda
