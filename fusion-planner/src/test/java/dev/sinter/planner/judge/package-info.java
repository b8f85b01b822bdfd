@NullMarked
package dev.sinter.planner.judge;

import org.jspecify.annotations.NullMarked;
