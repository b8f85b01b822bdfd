@NullMarked
package dev.sinter.collector;

import org.jspecify.annotations.NullMarked;
