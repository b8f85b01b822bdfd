@NullMarked
package dev.sinter.e2e.pair;

import org.jspecify.annotations.NullMarked;
