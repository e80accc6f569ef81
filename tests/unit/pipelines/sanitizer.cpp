// SPDX-License-Identifier: MIT
// GLib makes its first table of quarks while it is loaded and abandons it, by design, when GStreamer fills it
// up. LeakSanitizer sees where it was made only with the slow unwinder, and the function's name only where
// the loader's symbols are installed: else its file stands for it.

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): names that the sanitizers look up
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0";
}
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:_dl_init\nleak:ld-linux\n";
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
