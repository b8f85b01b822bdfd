@NullMarked
package dev.sinter.e2e.containers;

import org.jspecify.annotations.NullMarked;
