@NullMarked
package dev.sinter.planner.hysteresis;

import org.jspecify.annotations.NullMarked;
