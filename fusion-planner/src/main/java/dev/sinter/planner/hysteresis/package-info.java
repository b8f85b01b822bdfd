/** Keeps decisions from swinging: when a group may be tried, tried again, or left, and whether a fused group still pays. */
@NullMarked
package dev.sinter.planner.hysteresis;

import org.jspecify.annotations.NullMarked;
