/** Benchmarks of what is promised of speed: side by side, interleaved, as ratios and medians. */
@NullMarked
package ai.robutler.bench;

import org.jspecify.annotations.NullMarked;
