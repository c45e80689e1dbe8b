// The single module of the native core. It only registers; the work is in cpu/.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

namespace oncometry {
void register_evaluation(nb::module_& m);
void register_filters(nb::module_& m);
void register_maps(nb::module_& m);
void register_measurement(nb::module_& m);
void register_prediction(nb::module_& m);
void register_segmentation(nb::module_& m);
void register_texture(nb::module_& m);
void register_zones(nb::module_& m);
void register_shape(nb::module_& m);
}  // namespace oncometry

NB_MODULE(_native, m) {
    m.doc() = "Oncometry's native core: arrays in, numbers out. It knows nothing of DICOM.";
    oncometry::register_measurement(m);
    oncometry::register_texture(m);
    oncometry::register_zones(m);
    oncometry::register_maps(m);
    oncometry::register_shape(m);
    oncometry::register_filters(m);
    oncometry::register_evaluation(m);
    oncometry::register_prediction(m);
    oncometry::register_segmentation(m);
}
