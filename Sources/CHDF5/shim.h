// HDF5's types and versions are macros that Swift cannot import, and so is what must be set before a stranger's file is opened:
// so these few functions are what is needed, on top of them. Handles are negative where something failed.
#include <hdf5.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int64_t easel_h5_open(const char *path) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);  // errors are not printed
  H5PLset_loading_state(0);               // no filters from plug-ins
  return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
}

static inline void easel_h5_close(int64_t file) { H5Fclose(file); }

typedef void (*easel_h5_visitor)(const char *path, void *context);

// The data sets below a group, through links within the file only. `path` has room for 1024 characters.
static inline int easel_h5_each_below(
    hid_t group, char *path, int depth, int *left, easel_h5_visitor visit, void *context) {
  H5G_info_t info;
  if (depth > 8 || H5Gget_info(group, &info) < 0) return -1;
  size_t length = strlen(path);
  for (hsize_t index = 0; index < info.nlinks; index++) {
    char name[256];
    if (--*left < 0) return -1;
    ssize_t count = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name, sizeof name, H5P_DEFAULT);
    if (count < 0 || (size_t)count >= sizeof name || length + count + 2 > 1024) return -1;
    H5L_info_t link;
    if (H5Lget_info(group, name, &link, H5P_DEFAULT) < 0) return -1;
    if (link.type != H5L_TYPE_HARD) continue;
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0) return -1;
    snprintf(path + length, 1024 - length, "/%s", name);
    int status = 0;
    H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET) visit(path, context);
    if (type == H5I_GROUP) status = easel_h5_each_below(object, path, depth + 1, left, visit, context);
    path[length] = 0;
    H5Oclose(object);
    if (status < 0) return status;
  }
  return 0;
}

static inline int easel_h5_each(int64_t file, easel_h5_visitor visit, void *context) {
  hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
  if (root < 0) return -1;
  char path[1024] = "";
  int left = 10000;
  int status = easel_h5_each_below(root, path, 0, &left, visit, context);
  H5Gclose(root);
  return status;
}

// The rank and, in `shape`, up to 8 extents; -1 where it holds no real numbers or keeps them outside of the file, -2 where it holds them in
// chunks: of damaged ones libhdf5 1.10 reads more than there is.
static inline int easel_h5_shape(int64_t file, const char *path, uint64_t *shape) {
  hid_t data_set = H5Dopen2(file, path, H5P_DEFAULT);
  if (data_set < 0) return -1;
  hid_t type = H5Dget_type(data_set), space = H5Dget_space(data_set), layout = H5Dget_create_plist(data_set);
  int rank = -1;
  if (type >= 0 && space >= 0 && layout >= 0 && H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) <= 8 &&
      H5Sget_simple_extent_ndims(space) <= 8 && H5Pget_layout(layout) != H5D_VIRTUAL &&
      H5Pget_external_count(layout) == 0) {
    hsize_t extents[8];
    rank = H5Sget_simple_extent_dims(space, extents, NULL);
    for (int index = 0; index < rank; index++) shape[index] = extents[index];
    if (H5Pget_layout(layout) == H5D_CHUNKED) rank = -2;
  }
  if (layout >= 0) H5Pclose(layout);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  H5Dclose(data_set);
  return rank;
}

// Whether numbers that lie in the header itself ("compact") are as many as the shape says: libhdf5 1.10 reads beyond their end where a
// damaged header has fewer.
static inline int easel_h5_is_whole(hid_t data_set) {
  hid_t type = H5Dget_type(data_set), space = H5Dget_space(data_set), layout = H5Dget_create_plist(data_set);
  int whole = 0;
  if (type >= 0 && space >= 0 && layout >= 0) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    whole = count >= 0 && (H5Pget_layout(layout) != H5D_COMPACT ||
                           H5Dget_storage_size(data_set) / H5Tget_size(type) >= (hsize_t)count);
  }
  if (layout >= 0) H5Pclose(layout);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return whole;
}

// All numbers, of which there are as many as the shape says.
static inline int easel_h5_read(int64_t file, const char *path, float *values) {
  hid_t data_set = H5Dopen2(file, path, H5P_DEFAULT);
  if (data_set < 0) return -1;
  int status = -1;
  if (easel_h5_is_whole(data_set)) status = H5Dread(data_set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(data_set);
  return status;
}

static inline void easel_h5_try(const char *path, void *context) {
  int64_t file = *(int64_t *)context;
  uint64_t shape[8], count = 1;
  int rank = easel_h5_shape(file, path, shape);
  for (int index = 0; index < rank; index++) {
    if (shape[index] != 0 && count > (UINT64_C(1) << 28) / shape[index]) return;  // no network's weights
    count *= shape[index];
  }
  float *values = rank < 0 ? NULL : malloc(count * sizeof(float) + 1);
  if (values) easel_h5_read(file, path, values);
  free(values);
}

// Whether libhdf5 gets through all of a file: some damaged ones crash it (1.10, in Debian 12), so that it is tried in a process of its own.
static inline int easel_h5_survives(const char *path) {
  pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) {
    int64_t file = easel_h5_open(path);
    if (file >= 0) easel_h5_each(file, easel_h5_try, &file);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
