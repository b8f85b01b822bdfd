@NullMarked
package dev.sinter.planner.graph;

import org.jspecify.annotations.NullMarked;
