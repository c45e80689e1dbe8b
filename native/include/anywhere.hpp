// What a function is marked with that the host and a device both call.
#pragma once

#ifdef __CUDACC__
#define ONCOMETRY_ANYWHERE __host__ __device__
#else
#define ONCOMETRY_ANYWHERE
#endif
